package dev.lockbroker.bench.micro;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.Party;
import dev.lockbroker.core.journal.RunEntry;
import dev.lockbroker.core.journal.Turn;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.LinuxProcesses;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Scope;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A journal on the disk, and an arbiter on it that stands for all its clients, as a broker does.
 * Confined to one thread.
 */
final class Bed implements AutoCloseable {
  /** Where JMH's own process makes it; on a disk, as repositories are. */
  static final String PLACE = "lockbroker.bench.place";

  private static final long TTL_MILLIS = 3_600_000;

  private static final Party PARTY =
      new Party() {
        @Override
        public boolean actsFor(Ticket ticket) {
          return true;
        }

        @Override
        public boolean vouchesFor(ProcessIdentity process) {
          return true;
        }

        @Override
        public boolean resigns(Ticket lease, RunEntry worker) {
          return false;
        }
      };

  private final Path folder;
  private final Path directory;
  private final Host host;
  private final Processes processes;
  private final Arbiter arbiter;
  private long requests;

  /** With an empty journal. */
  Bed() throws IOException {
    folder = Files.createTempDirectory(Path.of(System.getProperty(PLACE, "/var/tmp")), "bed");
    directory = Files.createDirectory(folder.resolve("repository")).resolve("lockbroker");
    host = LinuxHost.current();
    processes = new LinuxProcesses(host, Path.of("/proc"));
    arbiter = another();
  }

  /** A second door to the same journal, as another process has it. */
  Arbiter another() {
    return Arbiter.open(directory, host, processes);
  }

  static Claims exclusive(String scope) {
    return Claims.of(LockMode.EXCLUSIVE, new Scope(scope));
  }

  Command.Request request(Claims claims) {
    requests++;
    RequestId id = new RequestId(String.format("%032x", requests));
    return new Command.Request(
        id, claims, host.self(), TTL_MILLIS, LeaseKind.LEASE, "bench", false, false);
  }

  /** Asks in one transaction. */
  Ticket ask(Claims claims) throws IOException {
    return ask(arbiter, claims);
  }

  Ticket ask(Arbiter door, Claims claims) throws IOException {
    Outcome outcome = transact(door, request(claims)).outcomes().get(0);
    if (outcome instanceof Outcome.Held held) {
      return held.ticket();
    }
    if (outcome instanceof Outcome.Waiting waiting) {
      return waiting.ticket();
    }
    throw new IllegalStateException("asked, and came to " + outcome);
  }

  /** Gives back in one transaction, which grants whoever is next. */
  Turn end(Ticket ticket) throws IOException {
    return end(arbiter, ticket);
  }

  Turn end(Arbiter door, Ticket ticket) throws IOException {
    return transact(door, new Command.End(ticket.number(), EndReason.RELEASED));
  }

  private static Turn transact(Arbiter door, Command command) throws IOException {
    return door.transact(List.of(command), PARTY, Arbiter.GUARD_PATIENCE_NANOS);
  }

  /** One ticket's life: asked for, granted, given back, in two transactions. */
  Turn pair(Claims claims) throws IOException {
    return end(ask(claims));
  }

  /** So many leases that are in nobody's way. */
  void hold(int leases) throws IOException {
    fill(leases, number -> exclusive("/name/held-" + number));
  }

  /** So many tickets behind a lease of that scope. */
  void queue(int tickets, Claims claims) throws IOException {
    fill(tickets, number -> claims);
  }

  private interface Wish {
    Claims of(int number);
  }

  private void fill(int count, Wish wish) throws IOException {
    List<Command> commands = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      commands.add(request(wish.of(i)));
    }
    arbiter.transact(commands, PARTY, Arbiter.GUARD_PATIENCE_NANOS);
  }

  /** The lease that has been held longest. */
  Ticket oldestLease() {
    return arbiter.table().held().iterator().next();
  }

  /** How long the journal is now, in bytes. */
  long length() throws IOException {
    return Files.size(directory.resolve("journal"));
  }

  /** Lets the journal grow until it is written anew, and says how long it had become. */
  long growUntilCompaction(Claims claims) throws IOException {
    long before;
    long now = length();
    do {
      before = now;
      pair(claims);
      now = length();
    } while (now >= before);
    return before;
  }

  /** Lets the journal grow to at least that length. */
  void growTo(long bytes, Claims claims) throws IOException {
    while (length() < bytes) {
      pair(claims);
    }
  }

  @Override
  public void close() throws IOException {
    arbiter.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
