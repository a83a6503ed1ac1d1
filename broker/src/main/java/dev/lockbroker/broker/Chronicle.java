package dev.lockbroker.broker;

import dev.lockbroker.core.journal.Turn;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.proto.v1.EventKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns what was read from a journal into what happened: to which ticket, and why. Confined to its
 * repository's mailbox.
 *
 * <p>It keeps a copy of the tickets it knows, because an ended ticket is no longer in the table,
 * and because a replaced journal says only what is left.
 */
final class Chronicle {
  /** What is said of a ticket that vanished with its journal. */
  static final String DELETED = "deleted";

  private final Map<Long, Ticket> known = new HashMap<>();
  private boolean begun;

  /** What was there before is known by now; all that is read from here on has happened since. */
  void begin() {
    begun = true;
  }

  /** Something that happened to a ticket; the ticket as it was last seen. */
  record Happening(EventKind kind, Ticket ticket, String cause) {}

  /** What the turn brought, in order. */
  List<Happening> read(Turn turn, LockTable table) {
    Reader reader = new Reader(table);
    for (Entry entry : turn.news()) {
      entry.deliverTo(reader);
    }
    if (turn.replaced()) {
      reader.compare();
    }
    return begun ? reader.happenings : List.of();
  }

  private final class Reader implements Entry.Handler {
    private final LockTable table;
    private final List<Happening> happenings = new ArrayList<>();

    Reader(LockTable table) {
      this.table = table;
    }

    @Override
    public void waits(Entry.Waits entry) {
      Ticket ticket = Ticket.of(entry);
      known.put(entry.ticket(), ticket);
      happened(EventKind.WAITING, ticket, "");
    }

    @Override
    public void granted(Entry.Granted entry) {
      holds(
          EventKind.GRANTED,
          entry.ticket(),
          new Ticket.Hold(entry.token(), entry.untilNanos(), entry.sinceNanos()));
    }

    @Override
    public void carried(Entry.Carried entry) {
      // Only in the beginning of a file, which is no news.
    }

    @Override
    public void refreshed(Entry.Refreshed entry) {
      Ticket ticket = known.get(entry.ticket());
      Ticket.Hold hold = ticket == null ? null : ticket.hold();
      if (hold != null) {
        holds(
            EventKind.REFRESHED,
            entry.ticket(),
            new Ticket.Hold(hold.token(), entry.untilNanos(), hold.sinceNanos()));
      }
    }

    @Override
    public void ended(Entry.Ended entry) {
      Ticket ticket = known.remove(entry.ticket());
      if (ticket != null) {
        EventKind kind =
            switch (entry.reason()) {
              case RELEASED -> EventKind.RELEASED;
              case CANCELLED -> EventKind.CANCELLED;
              case EXPIRED -> EventKind.EXPIRED;
              case DIED -> EventKind.DIED;
              case FORCED -> EventKind.FORCED;
            };
        happened(kind, ticket, entry.reason().word());
      }
    }

    private void holds(EventKind kind, long number, Ticket.Hold hold) {
      Ticket ticket = known.get(number);
      if (ticket == null) {
        ticket = table.ticket(number);
      }
      if (ticket != null) {
        Ticket held = ticket.with(hold);
        known.put(number, held);
        happened(kind, held, "");
      }
    }

    private void happened(EventKind kind, Ticket ticket, String cause) {
      happenings.add(new Happening(kind, ticket, cause));
    }

    /** After a replacement: what is left counts, and what is gone was deleted with the file. */
    void compare() {
      Set<Long> left = new HashSet<>();
      for (Ticket ticket : table.tickets()) {
        left.add(ticket.number());
        Ticket before = known.put(ticket.number(), ticket);
        if (before == null) {
          happened(EventKind.WAITING, ticket, "");
        }
        if (ticket.isHeld() && (before == null || !before.isHeld())) {
          happened(EventKind.GRANTED, ticket, "");
        }
      }
      for (Ticket ticket : List.copyOf(known.values())) {
        if (!left.contains(ticket.number())) {
          known.remove(ticket.number());
          happened(EventKind.REPLACED, ticket, DELETED);
        }
      }
    }
  }
}
