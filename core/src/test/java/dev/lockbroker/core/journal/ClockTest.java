package dev.lockbroker.core.journal;

import static dev.lockbroker.core.journal.Asks.ask;
import static dev.lockbroker.core.journal.Asks.held;
import static dev.lockbroker.core.journal.Asks.one;
import static dev.lockbroker.core.journal.Asks.refresh;
import static dev.lockbroker.core.journal.Asks.release;
import static dev.lockbroker.core.journal.Asks.turn;
import static dev.lockbroker.core.journal.Asks.waiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wall clock may be set to anything at any time: no lease, place or number depends on it. */
class ClockTest {
  private static final long YEAR_MICROS = TimeUnit.DAYS.toMicros(365);

  @TempDir Path repository;
  private Path place = Path.of("");
  private final FakeHost host = new FakeHost();
  private final FakeProcesses processes = new FakeProcesses();
  private Arbiter arbiter = new Arbiter(place, new FileJournalDirectory(place), host, processes);

  @BeforeEach
  void open() {
    place = repository.resolve("lockbroker");
    arbiter = Arbiter.open(place, host, processes);
    host.bootTimeSeconds = System.currentTimeMillis() / 1000 - 3600;
  }

  @AfterEach
  void close() {
    arbiter.close();
  }

  /** The kernel derives its boot time from the wall clock; file times jump with it. */
  private void setClock(long byMicros) throws IOException {
    host.wallMicros += byMicros;
    host.bootTimeSeconds += TimeUnit.MICROSECONDS.toSeconds(byMicros);
    Files.setLastModifiedTime(
        place.resolve("journal"), FileTime.from(host.wallMicros, TimeUnit.MICROSECONDS));
  }

  @ParameterizedTest
  @ValueSource(longs = {-40, -1, 1, 40})
  void setting_the_clock_takes_and_gives_nothing(long years) throws IOException {
    Ticket lease = held(arbiter, ask(1, "X:/a"));
    Ticket waiter = waiting(arbiter, ask(2, "X:/a"));
    setClock(years * YEAR_MICROS);
    try (Arbiter other = Arbiter.open(place, host, processes)) {
      turn(other);
      assertEquals(lease, other.table().ticket(lease.number()));
      assertEquals(waiter, other.table().ticket(waiter.number()));
      long last = waiter.number();
      // Over a compaction, whose counter never falls below the clock nor below what was given.
      String head = firstLine();
      for (int i = 10; head.equals(firstLine()); i++) {
        Ticket next = held(other, ask(i, "X:/b"));
        assertTrue(next.number() > last, "a number was given again");
        last = next.requireHold().token();
        one(other, release(next));
        host.passMillis(1);
      }
      one(arbiter, refresh(lease));
      setClock(-2 * years * YEAR_MICROS);
      one(arbiter, release(lease));
      Ticket granted = arbiter.table().ticket(waiter.number());
      assertNotNull(granted);
      assertTrue(granted.requireHold().token() > last);
    }
  }

  private String firstLine() throws IOException {
    try (var lines = Files.lines(place.resolve("journal"))) {
      return lines.findFirst().orElseThrow();
    }
  }
}
