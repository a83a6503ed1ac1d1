package dev.lockbroker.core.journal;

import dev.lockbroker.core.journal.JournalException.Fault;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A ticket from beginning to end as the journal still tells it, for people. Reaches back to the
 * last compaction.
 *
 * <p>An end carries no time (ADR 2). It was written before whatever has a time behind it, so that
 * is known to be the latest: exactly when somebody was waiting for it, roughly in a journal that is
 * used much, hardly in one that is not.
 *
 * @param ticket as it last was, with its hold if it was granted
 * @param reason how it ended; null if it has not
 * @param endNanos when it had ended at the latest, {@code CLOCK_MONOTONIC}; 0 if it has not
 * @param isExact whether it ended just then
 */
public record Episode(Ticket ticket, @Nullable EndReason reason, long endNanos, boolean isExact) {

  /**
   * What the journal in that directory tells, in the order of the queue; nothing if there is none,
   * or if it is from before a reboot.
   *
   * @throws JournalException if it cannot be read or trusted
   */
  public static List<Episode> read(Path journalDirectory, Host host) throws JournalException {
    try (FileJournalDirectory directory = new FileJournalDirectory(journalDirectory)) {
      Excerpt excerpt = directory.read(0);
      return excerpt == null ? List.of() : read(excerpt, host);
    } catch (IOException e) {
      throw Faults.reading(journalDirectory, e);
    } catch (IllegalArgumentException e) {
      throw new JournalException(
          Fault.CORRUPT,
          "the lock journal in " + journalDirectory + " cannot be read: " + e.getMessage(),
          e);
    }
  }

  private static List<Episode> read(Excerpt excerpt, Host host) {
    JournalHeader header = JournalHeader.parse(excerpt.firstLine());
    if (!header.bootId().equals(host.bootId()) || header.timeNamespace() != host.timeNamespace()) {
      return List.of();
    }
    JournalView view = new JournalView(header);
    byte[] all = excerpt.tail();
    byte[] lines = Arrays.copyOfRange(all, header.line().length() + 1, all.length);
    // What was carried over into this file stands in its first line, and is no news.
    int first = 0;
    while (first < lines.length && lines[first++] != '\n') {
      // to the end of the line
    }
    view.feed(Arrays.copyOf(lines, first));
    Past past = new Past();
    view.takeNews().forEach(past::take);
    view.table().tickets().forEach(past::add);
    view.feed(Arrays.copyOfRange(lines, first, lines.length));
    view.takeNews().forEach(past::take);
    long writtenNanos =
        host.nanoTime()
            - (host.wallMicros() / 1_000 - 1_000 * excerpt.modifiedSeconds() - 1_000) * 1_000_000;
    return past.close(Math.min(writtenNanos, host.nanoTime()));
  }

  /** Puts entries together. */
  private static final class Past {
    private final Map<Long, Episode> episodes = new LinkedHashMap<>();
    private final List<Long> undated = new ArrayList<>();
    private long latest;

    void add(Ticket ticket) {
      episodes.put(ticket.number(), new Episode(ticket, null, 0, false));
    }

    void take(Entry entry) {
      if (entry instanceof Entry.Waits waits) {
        date(waits.sinceNanos(), false);
        latest = waits.ticket();
        add(Ticket.of(waits));
      } else if (entry instanceof Entry.Granted granted) {
        // Who had waited before is granted by the very transaction that ends what was in his way.
        date(granted.sinceNanos(), granted.ticket() != latest);
        Episode before = episodes.get(granted.ticket());
        if (before != null) {
          Ticket.Hold hold =
              new Ticket.Hold(granted.token(), granted.untilNanos(), granted.sinceNanos());
          add(before.ticket.with(hold));
        }
      } else if (entry instanceof Entry.Ended ended) {
        Episode before = episodes.get(ended.ticket());
        if (before != null) {
          episodes.put(ended.ticket(), new Episode(before.ticket, ended.reason(), 0, false));
          undated.add(ended.ticket());
        }
      }
    }

    private void date(long nanos, boolean isExact) {
      for (long number : undated) {
        Episode one = episodes.get(number);
        if (one != null) {
          episodes.put(number, new Episode(one.ticket, one.reason, nanos, isExact));
        }
      }
      undated.clear();
    }

    List<Episode> close(long writtenNanos) {
      date(writtenNanos, true);
      return List.copyOf(episodes.values());
    }
  }
}
