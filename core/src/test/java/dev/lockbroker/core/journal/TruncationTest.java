package dev.lockbroker.core.journal;

import static dev.lockbroker.core.journal.Asks.ask;
import static dev.lockbroker.core.journal.Asks.held;
import static dev.lockbroker.core.journal.Asks.one;
import static dev.lockbroker.core.journal.Asks.refresh;
import static dev.lockbroker.core.journal.Asks.waiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lockbroker.core.journal.JournalException.Fault;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody cuts a journal that is in use. Whoever knew it longer takes it for deleted, which is a
 * forced release of everything; for a newcomer a cut at a line's end cannot be told from a shorter
 * history. What matters is that no holder who looks goes on believing beside a new one.
 */
class TruncationTest {
  /** What became of a lease whose journal was cut. */
  private enum End {
    TOLD_LOST,
    ALL_STOPPED
  }

  @TempDir Path repository;
  private final FakeHost host = new FakeHost();
  private final FakeProcesses processes = new FakeProcesses();

  @BeforeEach
  void quietClock() {
    host.bootTimeSeconds = System.currentTimeMillis() / 1000 - 3600;
  }

  @Test
  void a_journal_cut_at_any_offset_never_has_two_believing_holders() throws IOException {
    Map<End, Integer> ends = new EnumMap<>(End.class);
    for (boolean holderFirst : new boolean[] {false, true}) {
      int cut = 0;
      for (End end = cutAt(cut, holderFirst); end != null; end = cutAt(cut, holderFirst)) {
        ends.merge(end, 1, Integer::sum);
        cut++;
      }
    }
    assertEquals(2, ends.size(), "each outcome is met: " + ends);
  }

  /** Null if the journal is shorter than that. */
  private @Nullable End cutAt(int size, boolean holderFirst) throws IOException {
    Path place = repository.resolve(holderFirst + "." + size);
    try (Arbiter holder = Arbiter.open(place, host, processes);
        Arbiter newcomer = Arbiter.open(place, host, processes)) {
      Ticket lease = held(holder, ask(1, "X:/"));
      waiting(holder, ask(2, "X:/"));
      one(holder, refresh(lease));
      Path journal = place.resolve("journal");
      if (size >= Files.size(journal)) {
        return null;
      }
      try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.WRITE)) {
        channel.truncate(size);
      }
      if (holderFirst) {
        insist(holder, refresh(lease));
      }
      // Not as long as the line that was cut: within a tick of the clock only the size tells.
      Outcome asked = insist(newcomer, ask(3, "X:/elsewhere"));
      return judge(holder, lease, asked);
    }
  }

  private static End judge(Arbiter holder, Ticket lease, @Nullable Outcome asked)
      throws IOException {
    if (asked == null) {
      return End.ALL_STOPPED;
    }
    assertNull(look(holder, lease), "the first one still sees its lease: " + asked);
    return End.TOLD_LOST;
  }

  private static @Nullable Ticket look(Arbiter holder, Ticket lease) throws IOException {
    holder.look();
    return holder.table().ticket(lease.number());
  }

  /** Asks again when told that the outcome is unknown; null if everybody has to stop. */
  private static @Nullable Outcome insist(Arbiter arbiter, Command command) throws IOException {
    for (int tries = 0; tries < 3; tries++) {
      try {
        return one(arbiter, command);
      } catch (JournalException e) {
        if (e.fault() == Fault.CORRUPT) {
          return null;
        }
        assertEquals(Fault.UNKNOWN_OUTCOME, e.fault(), e.getMessage());
      }
    }
    throw new AssertionError("it never knows: " + command);
  }
}
