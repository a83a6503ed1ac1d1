package dev.lockbroker.core.journal;

import static dev.lockbroker.core.journal.Asks.PATIENCE;
import static dev.lockbroker.core.journal.Asks.ask;
import static dev.lockbroker.core.journal.Asks.client;
import static dev.lockbroker.core.journal.Asks.held;
import static dev.lockbroker.core.journal.Asks.one;
import static dev.lockbroker.core.journal.Asks.release;
import static dev.lockbroker.core.journal.Asks.waiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is woken by a grant (ADR 29), on a real directory. */
class BellTest {
  @TempDir Path repository;
  private final FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
  private Path place = Path.of("");
  private final List<Arbiter> opened = new ArrayList<>();
  private Arbiter arbiter = newArbiter(1);

  @BeforeEach
  void open() {
    place = repository.resolve("lockbroker");
    arbiter = newArbiter(1);
  }

  @AfterEach
  void close() {
    opened.forEach(Arbiter::close);
  }

  /** The arbiter of a process of that number. */
  private Arbiter newArbiter(int process) {
    FakeHost host =
        new FakeHost() {
          @Override
          public ProcessIdentity self() {
            return client(process);
          }
        };
    host.bootTimeSeconds = Instant.now().getEpochSecond() - 3600;
    Arbiter made = Arbiter.open(place, host, new FakeProcesses());
    opened.add(made);
    return made;
  }

  private void compact() throws IOException {
    Path journal = place.resolve("journal");
    String head = Files.readAllLines(journal).get(0);
    while (Files.readString(journal).startsWith(head)) {
      one(arbiter, release(held(arbiter, ask(9, "X:/other"))));
    }
  }

  private static long rings(Path bell) throws IOException {
    return Files.size(bell.resolve("ring"));
  }

  @Test
  void whoever_grants_a_ticket_of_somebody_else_rings_for_him_and_for_nobody_else()
      throws Exception {
    Ticket first = held(arbiter, ask(1, "X:/"));
    waiting(arbiter, ask(2, "X:/"));
    waiting(arbiter, ask(3, "X:/"));
    Path second = newArbiter(2).hangBell();
    Path third = newArbiter(3).hangBell();
    one(arbiter, release(first));
    assertEquals(1, rings(second));
    assertEquals(0, rings(third));
  }

  @Test
  void nobody_rings_for_a_ticket_that_he_stands_for_himself() throws Exception {
    Ticket first = held(arbiter, ask(1, "X:/"));
    waiting(arbiter, ask(2, "X:/"));
    Path mine = arbiter.hangBell();
    Path second = newArbiter(2).hangBell();
    Party both =
        new FakeParty() {
          @Override
          public boolean actsFor(Ticket ticket) {
            return true;
          }
        };
    arbiter.transact(List.of(release(first)), both, PATIENCE);
    assertEquals(0, rings(mine));
    assertEquals(0, rings(second));
  }

  @Test
  void a_grant_is_made_whatever_is_where_the_bell_should_be() throws Exception {
    Ticket lease = held(arbiter, ask(1, "X:/"));
    for (int i = 2; i < 6; i++) {
      waiting(arbiter, ask(i, "X:/"));
    }
    Path pipe = newArbiter(3).hangBell().resolve("ring");
    Files.delete(pipe);
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Path link = newArbiter(4).hangBell().resolve("ring");
    Path target = Files.createFile(repository.resolve("target"));
    Files.delete(link);
    Files.createSymbolicLink(link, target);
    // The second has none, the third a pipe that nobody reads, the fourth a link, the last is well.
    Path last = newArbiter(5).hangBell();
    for (int i = 2; i < 6; i++) {
      Ticket before = lease;
      assertTimeoutPreemptively(Duration.ofSeconds(20), () -> one(arbiter, release(before)));
      lease = arbiter.table().tickets().get(0);
      assertTrue(lease.isHeld());
    }
    assertEquals(0, Files.size(target));
    assertEquals(1, rings(last));
  }

  @Test
  void nothing_is_touched_behind_links_nor_what_has_more_in_it_than_a_bell() throws Exception {
    Ticket first = held(arbiter, ask(1, "X:/"));
    Ticket second = waiting(arbiter, ask(2, "X:/"));
    waiting(arbiter, ask(3, "X:/"));
    Path dear = newArbiter(2).hangBell().resolve("ring");
    Files.writeString(dear, "dear");
    one(arbiter, release(first));
    assertEquals("dear", Files.readString(dear));

    // All bells are somewhere else now, and a day old.
    Path bells = place.resolve("bell");
    Path elsewhere = repository.resolve("elsewhere");
    Files.move(bells, elsewhere);
    Files.createSymbolicLink(bells, elsewhere);
    Path third = Files.createDirectory(elsewhere.resolve(client(3).toString()));
    Files.createFile(third.resolve("ring"));
    Files.setLastModifiedTime(third, longAgo);
    one(arbiter, release(second));
    assertEquals(0, rings(third));
    one(arbiter, release(arbiter.table().tickets().get(0)));
    compact();
    assertTrue(Files.exists(third.resolve("ring")));
    assertThrows(JournalException.class, () -> newArbiter(3).hangBell());
    newArbiter(3).takeBellDown();
    assertTrue(Files.exists(third.resolve("ring")));
  }

  @Test
  void it_is_taken_down_and_hung_again_and_again() throws Exception {
    held(arbiter, ask(1, "X:/"));
    Path bell = arbiter.hangBell();
    assertEquals(bell, arbiter.hangBell());
    arbiter.takeBellDown();
    assertFalse(Files.exists(bell));
    arbiter.takeBellDown();
    assertTrue(Files.exists(arbiter.hangBell().resolve("ring")));
  }

  @Test
  void compaction_sweeps_bells_that_are_a_day_old() throws Exception {
    one(arbiter, release(held(arbiter, ask(1, "X:/"))));
    Path old = newArbiter(2).hangBell();
    Path young = newArbiter(3).hangBell();
    Path strange = Files.createDirectories(place.resolve("bell/strange/folder")).getParent();
    Files.setLastModifiedTime(old, longAgo);
    Files.setLastModifiedTime(strange, longAgo);
    compact();
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(young));
    assertTrue(Files.exists(strange));
  }
}
