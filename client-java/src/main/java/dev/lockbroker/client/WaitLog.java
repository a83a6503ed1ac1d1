package dev.lockbroker.client;

import dev.lockbroker.core.journal.WaitHistory;
import dev.lockbroker.core.journal.WaitNote;
import dev.lockbroker.core.repository.Lockable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What one request was told while it waited, to be noted when the wait is over (ADR 24). Made when
 * a request has to wait, so that a free lock costs nothing. Guarded by its own monitor.
 */
final class WaitLog {
  /** A shorter wait is nobody's question; it is also from when on a person is told why. */
  private static final long WORTH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** As many as a person reads; the first ones are those he has waited for longest. */
  private static final int MOST_HOLDERS = 20;

  private final Map<Long, WaitNote.Holder> holders = new LinkedHashMap<>();
  private int position;
  private int waiters;
  private boolean written;

  /** Takes in what the request is told. */
  synchronized void told(QueueUpdate update, long nowMillis) {
    position = position == 0 ? update.position() : position;
    waiters = Math.max(waiters, update.waiters());
    for (HolderView holder : update.holders()) {
      WaitNote.Holder before = holders.get(holder.token());
      if (before != null || holders.size() < MOST_HOLDERS) {
        holders.put(
            holder.token(),
            new WaitNote.Holder(
                holder.ticket(),
                holder.token(),
                holder.pid(),
                holder.label(),
                holder.command(),
                before == null ? nowMillis - holder.held().toMillis() : before.sinceMillis(),
                0));
      }
    }
    // Who is not named any more has ended by now.
    for (WaitNote.Holder one : List.copyOf(holders.values())) {
      boolean isNamed = update.holders().stream().anyMatch(holder -> holder.token() == one.token());
      if (!isNamed && one.untilMillis() == 0) {
        holders.put(one.token(), until(one, nowMillis));
      }
    }
  }

  /** The wait is over: notes it, once, if it was worth it. */
  void close(TicketAgent agent, String outcome, long waitedNanos, long nowMillis) {
    WaitNote note = null;
    synchronized (this) {
      if (!written && waitedNanos >= WORTH_NANOS && waiters > 0) {
        written = true;
        note = note(agent, outcome, waitedNanos, nowMillis);
      }
    }
    if (note != null) {
      Lockable place = agent.lockable();
      new WaitHistory(place.journalDirectory()).add(note);
    }
  }

  private WaitNote note(TicketAgent agent, String outcome, long waitedNanos, long nowMillis) {
    List<WaitNote.Holder> all = new ArrayList<>();
    for (WaitNote.Holder one : holders.values()) {
      all.add(one.untilMillis() == 0 ? until(one, nowMillis) : one);
    }
    return new WaitNote(
        nowMillis - TimeUnit.NANOSECONDS.toMillis(waitedNanos),
        nowMillis,
        outcome,
        agent.ticket(),
        agent.pid(),
        agent.label(),
        agent.claims().toString(),
        position,
        waiters,
        all);
  }

  private static WaitNote.Holder until(WaitNote.Holder one, long millis) {
    return new WaitNote.Holder(
        one.ticket(),
        one.token(),
        one.pid(),
        one.label(),
        one.command(),
        one.sinceMillis(),
        millis);
  }
}
