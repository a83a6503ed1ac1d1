package dev.lockbroker.cli;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.TicketInspector;
import dev.lockbroker.core.journal.TicketView;
import dev.lockbroker.core.journal.Turn;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.Ticket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads along in a journal, without its guard (PROTOCOL 1.5). When it is replaced (compaction,
 * deletion, reset), what is in the new one is held against what was known, so that no ticket is
 * left out and none is told of twice.
 */
final class JournalWatch implements AutoCloseable {
  /** By then a command has been started and registered; before, its lockctl is all there is. */
  private static final long SETTLED_MILLIS = 500;

  private final Settings settings;
  private final Path journalDirectory;
  private final Arbiter arbiter;
  private final Map<Long, TicketView> known = new LinkedHashMap<>();
  private List<WatchEvent> events = new ArrayList<>();
  private boolean hasBegun;
  private boolean wasThere;
  private String trouble = "";

  JournalWatch(Settings settings, Path journalDirectory) {
    this.settings = settings;
    this.journalDirectory = journalDirectory;
    this.arbiter = new Journals(settings).open(journalDirectory);
  }

  /** What has happened since the last call; at the first call, who holds and who waits. */
  List<WatchEvent> news() {
    events = new ArrayList<>();
    try {
      Turn turn = arbiter.look();
      if (!trouble.isEmpty()) {
        trouble = "";
        events.add(WatchEvent.of("trouble", "the journal can be read again"));
      }
      take(turn);
    } catch (JournalException e) {
      String told = Failures.explain(e);
      if (!told.equals(trouble)) {
        trouble = told;
        events.add(WatchEvent.of("trouble", told));
      }
    }
    refresh();
    return events;
  }

  private void take(@org.jspecify.annotations.Nullable Turn turn) {
    if (turn != null) {
      // The first look brings the whole file: that is the past.
      if (hasBegun) {
        turn.news().forEach(this::take);
      }
      if (turn.replaced()) {
        compare();
      }
    } else if (!hasBegun) {
      compare();
    }
    hasBegun = true;
  }

  private void take(Entry entry) {
    if (entry instanceof Entry.Waits waits) {
      joined(Ticket.of(waits));
    } else if (entry instanceof Entry.Granted granted) {
      TicketView before = known.get(granted.ticket());
      if (before != null) {
        granted(
            before
                .ticket()
                .with(
                    new Ticket.Hold(granted.token(), granted.untilNanos(), granted.sinceNanos())));
      }
    } else if (entry instanceof Entry.Ended ended) {
      gone(ended.ticket(), ended.reason().word());
    }
  }

  private void joined(Ticket ticket) {
    if (!known.containsKey(ticket.number())) {
      TicketView view = view(ticket);
      known.put(ticket.number(), view);
      events.add(WatchEvent.of("waits", wall(ticket.sinceNanos()), view, 0));
    }
  }

  private void granted(Ticket ticket) {
    TicketView view = view(ticket);
    known.put(ticket.number(), view);
    long sinceNanos = ticket.requireHold().sinceNanos();
    long waitedMillis = Math.max(0, (sinceNanos - ticket.sinceNanos()) / 1_000_000);
    if (waitedMillis == 0 && !events.isEmpty() && isWaitOf(ticket)) {
      // Granted as it came: it has never waited.
      events.remove(events.size() - 1);
    }
    events.add(WatchEvent.of("granted", wall(sinceNanos), view, waitedMillis));
  }

  private boolean isWaitOf(Ticket ticket) {
    WatchEvent last = events.get(events.size() - 1);
    TicketView view = last.ticket();
    return last.name().equals("waits") && view != null && view.ticket().number() == ticket.number();
  }

  private void gone(long number, String how) {
    TicketView before = known.remove(number);
    if (before != null) {
      Ticket.Hold hold = before.ticket().hold();
      long sinceNanos = hold == null ? before.ticket().sinceNanos() : hold.sinceNanos();
      long millis = Math.max(0, (settings.host().nanoTime() - sinceNanos) / 1_000_000);
      events.add(WatchEvent.of(how, System.currentTimeMillis(), before, millis));
    }
  }

  /** Another file, or the first one: whatever it was that happened, this is how it stands. */
  private void compare() {
    boolean isThere = Files.exists(journalDirectory.resolve("journal"));
    if (hasBegun && wasThere && !isThere) {
      events.add(WatchEvent.of("deleted", "the journal is gone: all leases count as released"));
    }
    wasThere = isThere;
    for (long number : List.copyOf(known.keySet())) {
      if (arbiter.table().ticket(number) == null) {
        gone(number, isThere ? "ended" : "deleted");
      }
    }
    for (Ticket ticket : arbiter.table().tickets()) {
      TicketView before = known.get(ticket.number());
      boolean isNews = before == null || (ticket.isHeld() && !before.ticket().isHeld());
      if (isNews && !hasBegun) {
        TicketView view = view(ticket);
        known.put(ticket.number(), view);
        events.add(
            WatchEvent.of(
                ticket.isHeld() ? "holds" : "waits",
                System.currentTimeMillis(),
                view,
                view.sinceMillis()));
      } else if (isNews) {
        joined(ticket);
        if (ticket.isHeld()) {
          granted(ticket);
        }
      }
    }
  }

  /** A lease is first seen before its command has been started, and is to be told of by that. */
  private void refresh() {
    for (Map.Entry<Long, TicketView> each : known.entrySet()) {
      Ticket ticket = each.getValue().ticket();
      if (ticket.isHeld() && each.getValue().sinceMillis() < SETTLED_MILLIS) {
        TicketView now = view(ticket);
        if (!now.keepers().isEmpty() || now.sinceMillis() >= SETTLED_MILLIS) {
          each.setValue(now);
        }
      }
    }
  }

  private TicketView view(Ticket ticket) {
    return new TicketInspector(arbiter, settings.processes())
        .view(ticket, settings.host().nanoTime());
  }

  private long wall(long nanos) {
    return System.currentTimeMillis() - (settings.host().nanoTime() - nanos) / 1_000_000;
  }

  @Override
  public void close() {
    arbiter.close();
  }
}
