package dev.lockbroker.client;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.QueueOrder;
import dev.lockbroker.core.journal.TicketInspector;
import dev.lockbroker.core.journal.TicketView;
import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Ticket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What waiting requests are told of the others at one time, read from the journal. */
final class HolderViews {
  /** Holders named in one update; more say nothing more. */
  private static final int MOST = 8;

  private final Arbiter arbiter;
  private final TicketInspector inspector;
  private final long nowNanos;
  private final Map<Long, HolderView> seen = new HashMap<>();

  HolderViews(Arbiter arbiter, Processes processes, long nowNanos) {
    this.arbiter = arbiter;
    this.inspector = new TicketInspector(arbiter, processes);
    this.nowNanos = nowNanos;
  }

  /** Where a waiting ticket stands, and the leases in its way. */
  QueueUpdate placeOf(Ticket waiter, QueueOrder order) {
    QueueOrder.Place place = order.placeOf(waiter);
    List<Ticket> leases = order.inTheWayOf(waiter, arbiter.table(), MOST);
    return new QueueUpdate(place.position(), place.waiters(), views(leases));
  }

  /** The leases in the way; where only waiters are, the leases that these wait for. */
  List<HolderView> inTheWayOf(Claims claims) {
    return views(arbiter.table().inTheWayOf(claims));
  }

  private List<HolderView> views(List<Ticket> leases) {
    List<HolderView> holders = new ArrayList<>();
    for (Ticket lease : leases) {
      if (holders.size() < MOST) {
        holders.add(view(lease));
      }
    }
    return holders;
  }

  /** A look at a process costs some 50 µs: one for all who wait for it. */
  private HolderView view(Ticket lease) {
    HolderView known = seen.get(lease.number());
    if (known == null) {
      known = look(lease);
      seen.put(lease.number(), known);
    }
    return known;
  }

  private HolderView look(Ticket lease) {
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
