package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.LinuxProcesses;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A process of the suites with several: acquires and releases in a loop. While it holds, it holds a
 * lock on a witness file as well; whoever finds the witness locked writes OVERLAP.
 */
final class ChildMain {
  private final Host host = LinuxHost.current();
  private final Path place;
  private final Path log;
  private final RandomAccessFile witness;
  private final RandomAccessFile inside;
  private final Arbiter arbiter;

  private ChildMain(Path directory) throws IOException {
    this.place = directory.resolve("lockbroker");
    this.log = directory.resolve("log");
    this.witness = new RandomAccessFile(directory.resolve("witness").toFile(), "rw");
    this.inside = new RandomAccessFile(directory.resolve("inside").toFile(), "rw");
    this.arbiter = Arbiter.open(place, host, new LinuxProcesses(host, Path.of("/proc")));
  }

  static Process start(Path directory, String... arguments) throws IOException {
    List<String> command = new java.util.ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ChildMain.class.getName());
    command.add(directory.toString());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  public static void main(String[] arguments) throws Exception {
    ChildMain child = new ChildMain(Path.of(arguments[0]));
    switch (arguments[1]) {
      case "loop" -> child.loop(Integer.parseInt(arguments[2]));
      case "guard" -> child.keepGuard();
      case "hold" -> child.hold(LeaseKind.valueOf(arguments[2]));
      case "try" -> System.out.println(child.attempt());
      default -> throw new IllegalArgumentException(arguments[1]);
    }
  }

  /** Called inside the guard: whoever finds the file locked knows that the guard was lost. */
  private final class GuardWitness implements Party {
    @Override
    public boolean actsFor(Ticket ticket) {
      watch();
      return true;
    }

    @Override
    public boolean vouchesFor(ProcessIdentity process) {
      watch();
      return false;
    }

    private void watch() {
      try {
        FileLock lock = inside.getChannel().tryLock();
        if (lock == null) {
          note("OVERLAP in the guard");
          return;
        }
        lock.release();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  /** Prints the fault of a transaction, and how long it took in milliseconds. */
  private String attempt() {
    long began = System.nanoTime();
    try {
      arbiter.transact(List.of(), FakeParty.NOBODY, 3_000_000_000L);
      return "fine 0";
    } catch (JournalException e) {
      return e.fault() + " " + (System.nanoTime() - began) / 1_000_000;
    }
  }

  private void keepGuard() throws IOException {
    try (RandomAccessFile guard = new RandomAccessFile(place.resolve("guard").toFile(), "rw");
        FileLock lock = guard.getChannel().lock()) {
      System.out.println("kept " + lock.isValid());
      System.in.read();
    }
  }

  /** Holds without refreshing until it is killed or its input ends. */
  private void hold(LeaseKind kind) throws IOException {
    RequestId id = RandomBits.requestId();
    Ticket ticket = acquire(id, kind, 60_000);
    System.out.println("held " + (ticket == null ? "-" : ticket.number()) + " " + id);
    System.in.read();
  }

  private void loop(int rounds) throws IOException {
    System.out.println("started");
    for (int i = 0; i < rounds; i++) {
      Ticket ticket = acquire(RandomBits.requestId(), LeaseKind.LEASE, 60_000);
      if (ticket != null) {
        witness(ticket);
        release(ticket);
      }
    }
    System.out.println("done");
  }

  private void witness(Ticket ticket) throws IOException {
    FileLock lock = witness.getChannel().tryLock();
    if (lock == null) {
      note("OVERLAP " + ticket.requireHold().token());
      return;
    }
    try (lock) {
      note("held " + ticket.number() + " " + ticket.requireHold().token());
      Thread.onSpinWait();
    }
  }

  private void note(String line) throws IOException {
    Files.writeString(
        log,
        line + "\n",
        StandardCharsets.ISO_8859_1,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private void release(Ticket ticket) throws IOException {
    Command end = new Command.End(ticket.number(), EndReason.RELEASED);
    while (true) {
      try {
        arbiter.transact(List.of(end), new GuardWitness(), Asks.PATIENCE);
        return;
      } catch (JournalException e) {
        requireRepeatable(e);
      }
    }
  }

  private @Nullable Ticket acquire(RequestId id, LeaseKind kind, long ttl) throws IOException {
    Claims claims = Asks.claims("X:/");
    ProcessIdentity self = host.self();
    Command ask = new Command.Request(id, claims, self, ttl, kind, "child", false, false);
    while (true) {
      Outcome outcome = ask(ask);
      if (outcome instanceof Outcome.Held held) {
        return held.ticket();
      }
      if (outcome instanceof Outcome.Refused) {
        return null;
      }
      if (outcome instanceof Outcome.Waiting waiting && waits(waiting.ticket())) {
        Ticket ticket = arbiter.table().ticket(id);
        if (ticket != null) {
          return ticket;
        }
      }
    }
  }

  private @Nullable Outcome ask(Command ask) throws IOException {
    try {
      return arbiter.transact(List.of(ask), new GuardWitness(), Asks.PATIENCE).outcomes().get(0);
    } catch (JournalException e) {
      requireRepeatable(e);
      return null;
    }
  }

  private void requireRepeatable(JournalException e) throws IOException {
    boolean repeatable =
        e.fault() == JournalException.Fault.UNKNOWN_OUTCOME
            || e.fault() == JournalException.Fault.GUARD_BUSY;
    if (!repeatable) {
      note("FAULT " + e.fault() + " " + e.getMessage());
      throw e;
    }
  }

  /** Reads along without the guard for up to 50 ms; true once the ticket is held. */
  private boolean waits(Ticket ticket) throws IOException {
    for (int i = 0; i < 50; i++) {
      LockSupport.parkNanos(1_000_000);
      if (arbiter.look() != null) {
        Ticket now = arbiter.table().ticket(ticket.number());
        if (now == null || now.isHeld()) {
          return now != null;
        }
      }
    }
    return false;
  }
}
