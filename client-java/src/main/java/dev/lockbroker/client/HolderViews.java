package dev.lockbroker.client;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.TicketInspector;
import dev.lockbroker.core.journal.TicketView;
import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Ticket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a waiting request is told of the others, read from the journal. */
final class HolderViews {
  /** Holders named in one update; more say nothing more. */
  private static final int MOST = 8;

  private final Arbiter arbiter;
  private final TicketInspector inspector;
  private final long nowNanos;

  HolderViews(Arbiter arbiter, Processes processes, long nowNanos) {
    this.arbiter = arbiter;
    this.inspector = new TicketInspector(arbiter, processes);
    this.nowNanos = nowNanos;
  }

  QueueUpdate placeOf(Ticket waiter) {
    int before = 0;
    int waiters = 0;
    for (Ticket other : arbiter.table().waiting()) {
      if (other.number() == waiter.number() || other.conflictsWith(waiter)) {
        waiters++;
        before += other.number() < waiter.number() ? 1 : 0;
      }
    }
    return new QueueUpdate(before + 1, waiters, inTheWayOf(waiter.claims()));
  }

  /** The leases in the way; where only waiters are, the leases that these wait for. */
  List<HolderView> inTheWayOf(Claims claims) {
    List<HolderView> holders = new ArrayList<>();
    for (Ticket lease : arbiter.table().inTheWayOf(claims)) {
      if (holders.size() < MOST) {
        holders.add(view(lease));
      }
    }
    return holders;
  }

  private HolderView view(Ticket lease) {
    TicketView view = inspector.view(lease, nowNanos);
    return new HolderView(
        lease.number(),
        lease.requireHold().token(),
        view.pid(),
        Printable.text(lease.label()),
        view.command(),
        view.state(),
        Duration.ofMillis(view.sinceMillis()),
        Printable.text(lease.claims().toString()));
  }
}
