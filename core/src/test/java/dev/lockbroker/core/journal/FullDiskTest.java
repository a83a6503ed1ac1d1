package dev.lockbroker.core.journal;

import static dev.lockbroker.core.journal.Asks.ask;
import static dev.lockbroker.core.journal.Asks.held;
import static dev.lockbroker.core.journal.Asks.one;
import static dev.lockbroker.core.journal.Asks.refresh;
import static dev.lockbroker.core.journal.Asks.release;
import static dev.lockbroker.core.journal.Asks.run;
import static dev.lockbroker.core.journal.Asks.turn;
import static dev.lockbroker.core.journal.Asks.waiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.journal.JournalException.Fault;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full disk costs time, and nothing else: what is held stays, nothing is told twice or half. */
class FullDiskTest {
  private static final int MOST_WRITES = 12;

  @TempDir Path repository;
  private final FakeHost host = new FakeHost();
  private final FakeProcesses processes = new FakeProcesses();

  @BeforeEach
  void quietClock() {
    host.bootTimeSeconds = System.currentTimeMillis() / 1000 - 3600;
  }

  /**
   * Two requests, a refresh, a hand-over and a release; at one write the disk is full, and some
   * bytes of that write still fit. Whoever was told that it failed asks again.
   */
  private final class Story {
    private final Path place;
    private final ShortOfSpace disk;
    private final Arbiter arbiter;
    private int failures;

    Story(Path place) {
      this.place = place;
      this.disk = new ShortOfSpace(place);
      this.arbiter = new Arbiter(place, disk, host, processes);
    }

    /** What everybody else reads. */
    private LockTable others() throws IOException {
      try (Arbiter other = Arbiter.open(place, host, processes)) {
        other.look();
        return other.table();
      }
    }

    /** Carries it out, again if need be; what stood before a failure stands after it. */
    private Outcome insist(Command command) throws IOException {
      List<Ticket> before = others().tickets();
      try {
        return one(arbiter, command);
      } catch (JournalException e) {
        assertEquals(Fault.IO, e.fault(), e.getMessage());
        assertTrue(e.toString().contains("No space left on device"), e.toString());
        failures++;
        assertEquals(before, others().tickets(), "a write that failed has changed something");
        return one(arbiter, command);
      }
    }

    private Ticket heldBy(Command.Request command) throws IOException {
      return assertInstanceOf(Outcome.Held.class, insist(command)).ticket();
    }

    void tell() throws IOException {
      Ticket first = heldBy(run(1, "X:/"));
      disk.register(RunFolder.of(first), new RunEntry(1, 1, 1));
      Ticket next = assertInstanceOf(Outcome.Waiting.class, insist(ask(2, "X:/"))).ticket();
      host.passMillis(1000);
      insist(refresh(first));
      processes.dead.add(1L);
      insist(release(first));
      Ticket second = heldBy(ask(2, "X:/"));
      assertEquals(next.number(), second.number(), "the place in the queue");
      assertTrue(second.requireHold().token() > first.requireHold().token());
      insist(release(second));
      assertEquals(List.of(), others().tickets());
      assertEquals(others().tickets(), arbiter.table().tickets());
      arbiter.close();
    }
  }

  @Test
  void a_disk_that_is_full_at_any_write_and_any_byte_of_it_loses_and_doubles_nothing()
      throws IOException {
    TreeSet<Integer> struckAt = new TreeSet<>();
    for (int writes = 0; writes < MOST_WRITES; writes++) {
      for (int bytes = 0; bytes < 250; bytes += bytes < 4 ? 1 : 7) {
        processes.dead.clear();
        Story story = new Story(repository.resolve("w" + writes + "." + bytes));
        story.disk.fillAfter(writes, bytes);
        boolean atRegistration = false;
        try {
          story.tell();
        } catch (java.nio.file.FileSystemException e) {
          // The command itself could not register, so it never ran.
          atRegistration = true;
        }
        assertTrue(
            atRegistration || story.failures == (story.disk.hasStruck() ? 1 : 0), "told nobody");
        if (story.disk.hasStruck()) {
          struckAt.add(writes);
        }
      }
    }
    assertTrue(struckAt.size() >= 7, "writes that failed: " + struckAt);
    assertFalse(struckAt.contains(MOST_WRITES - 1), "a write was never tried");
  }

  /** A real file system of 64 KiB, which only root can make. */
  @Test
  void a_real_disk_that_fills_up_stops_refreshes_and_releases_until_there_is_space()
      throws Exception {
    try (SmallDisk disk = SmallDisk.mount(repository)) {
      for (int label = 0; label < 64; label += 3) {
        fillUpBehind(disk, disk.path().resolve("j" + label), "x".repeat(label));
      }
    }
  }

  private void fillUpBehind(SmallDisk disk, Path place, String label) throws IOException {
    try (Arbiter arbiter = Arbiter.open(place, host, processes);
        Arbiter other = Arbiter.open(place, host, processes)) {
      Command.Request asked = ask(1, "X:/");
      Ticket lease =
          held(
              arbiter,
              new Command.Request(
                  asked.id(),
                  asked.claims(),
                  asked.client(),
                  10_000,
                  asked.kind(),
                  label,
                  false,
                  false));
      Ticket waiter = waiting(other, ask(2, "X:/"));
      Path filler = disk.fill();
      long told = lease.requireHold().untilNanos();
      JournalException trouble = null;
      while (trouble == null) {
        host.passMillis(10);
        try {
          one(arbiter, refresh(lease));
          told = host.now + 10_000 * FakeHost.MS;
        } catch (JournalException e) {
          trouble = e;
        }
      }
      assertEquals(Fault.IO, trouble.fault(), trouble.getMessage());
      other.look();
      Ticket seen = other.table().ticket(lease.number());
      assertNotNull(seen);
      assertEquals(told, seen.requireHold().untilNanos(), "what the holder believes");
      assertEquals(Fault.IO, faultOf(other, release(waiter)));
      assertEquals(Fault.IO, faultOf(other, ask(3, "X:/")));

      Files.delete(filler);
      one(arbiter, refresh(lease));
      one(arbiter, release(lease));
      turn(other);
      Ticket granted = other.table().ticket(waiter.number());
      assertNotNull(granted);
      assertTrue(granted.isHeld());
      assertNull(other.table().ticket(lease.number()));
    }
    clear(place);
  }

  private static Fault faultOf(Arbiter arbiter, Command command) {
    try {
      return failsWith(one(arbiter, command));
    } catch (JournalException e) {
      return e.fault();
    }
  }

  private static Fault failsWith(Outcome outcome) {
    throw new AssertionError("it was written on a full disk: " + outcome);
  }

  private static void clear(Path place) throws IOException {
    try (var files = Files.walk(place)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
