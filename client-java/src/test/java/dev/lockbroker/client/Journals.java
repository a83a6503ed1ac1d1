package dev.lockbroker.client;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.Party;
import dev.lockbroker.core.journal.RandomBits;
import dev.lockbroker.core.journal.Turn;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.LinuxProcesses;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Inside;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Scope;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** What tests of the client see and do on a journal behind its back. */
final class Journals {
  private Journals() {}

  /** Somebody who stands for everybody's tickets, or for none. */
  private record Somebody(boolean actsForAll) implements Party {
    @Override
    public boolean actsFor(Ticket ticket) {
      return actsForAll;
    }

    @Override
    public boolean vouchesFor(ProcessIdentity process) {
      return false;
    }
  }

  static Turn transact(Path directory, Command command) {
    return transact(directory, command, new Somebody(true));
  }

  /** Gives a lease back as another process does, which knows nobody of those who wait. */
  static void endAsStranger(Path directory, Ticket lease) {
    transact(directory, new Command.End(lease.number(), EndReason.RELEASED), new Somebody(false));
  }

  private static Turn transact(Path directory, Command command, Party party) {
    try (Arbiter arbiter = open(directory)) {
      return arbiter.transact(List.of(command), party, Arbiter.GUARD_PATIENCE_NANOS);
    } catch (JournalException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Arbiter open(Path directory) {
    Host host = LinuxHost.current();
    return Arbiter.open(directory, host, new LinuxProcesses(host, Path.of("/proc")));
  }

  /** Makes the journal one of another time namespace, which this process must not touch. */
  static void moveToAnotherClock(Path directory) throws IOException {
    Path file = directory.resolve("journal");
    String[] words = Files.readString(file).lines().findFirst().orElseThrow().split(" ");
    words[4] = Long.toString(Long.parseLong(words[4]) + 1);
    String body = String.join(" ", List.of(words).subList(0, 6));
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.ISO_8859_1));
    Files.writeString(file, body + String.format(Locale.ROOT, " %08x\n", crc.getValue()));
  }

  static List<Ticket> tickets(Path directory) {
    try (Arbiter arbiter = open(directory)) {
      arbiter.look();
      return arbiter.table().tickets();
    } catch (JournalException e) {
      throw new IllegalStateException(e);
    }
  }

  static @Nullable Ticket ticket(Path directory, long number) {
    for (Ticket ticket : tickets(directory)) {
      if (ticket.number() == number) {
        return ticket;
      }
    }
    return null;
  }

  /** Up to when the ticket is held; far in the past if it is not. */
  static long untilNanos(Path directory, long number) {
    Ticket ticket = ticket(directory, number);
    return ticket == null || !ticket.isHeld()
        ? System.nanoTime() - Long.MAX_VALUE / 2
        : ticket.requireHold().untilNanos();
  }

  /** A request that waits there inside another one, by somebody who never looks for cycles. */
  static Ticket waitInside(Path directory, RequestId outer) {
    Command.Request ask =
        new Command.Request(
            RandomBits.requestId(),
            Claims.of(LockMode.EXCLUSIVE, Scope.ROOT),
            LinuxHost.current().self(),
            10_000,
            LeaseKind.LEASE,
            "silent",
            false,
            false,
            new Inside(List.of(outer)));
    return ((Outcome.Waiting) transact(directory, ask).outcomes().get(0)).ticket();
  }

  /** Keeps the guard, as a stopped process would, until the channel is closed. */
  static FileChannel keepGuard(Path directory) throws Exception {
    FileChannel guard = FileChannel.open(directory.resolve("guard"), StandardOpenOption.WRITE);
    guard.lock();
    return guard;
  }

  /** Waits until it is so, for long enough. */
  static void await(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("never happened: " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
