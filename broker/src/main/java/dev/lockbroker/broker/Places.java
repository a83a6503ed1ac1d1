package dev.lockbroker.broker;

import dev.lockbroker.core.journal.QueueOrder;
import dev.lockbroker.core.journal.Turn;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.proto.v1.Holder;
import dev.lockbroker.proto.v1.Queued;
import java.util.List;

/**
 * Tells waiting clients their place: at once when they are queued, then when place or holders
 * change, and within a second when a holder is stopped or orphaned, which no journal tells. Places
 * are exact for everybody whenever they are told.
 *
 * <p>When they are told is bounded, so that a hand-off costs the same however many wait: the first
 * few learn a change at once, but changes that follow each other fast only together; the others are
 * gone round, some of them at a time. Confined to its repository's mailbox.
 */
final class Places {
  /** As many as have their turn soon; each learns each step. */
  static final int FIRST = 8;

  /** Changes that follow each other faster are told together: nobody reads faster. */
  static final long PAUSE_NANOS = 20_000_000;

  /** How often the others are looked at, and how many of them at once. */
  static final long ROUND_NANOS = 250_000_000;

  static final int OTHERS_PER_ROUND = 64;

  /** How often the holders of those in front are looked at anew. */
  static final long AGAIN_NANOS = 1_000_000_000;

  private final Audience audience;
  private final Holders holders;
  private final QueueOrder order = new QueueOrder();
  private boolean changed;
  private long nextRoundNanos;
  private long toldNanos;
  private long lastOther;

  /** Those who may be told. */
  interface Audience {
    /** Whether somebody here waits with that ticket. */
    boolean waitsWith(long ticket);

    /** Tells who waits with that ticket, unless the signature is that of what was told last. */
    void tellPlace(long ticket, Queued.Builder place, String signature);
  }

  Places(Audience audience, Holders holders, long nowNanos) {
    this.audience = audience;
    this.holders = holders;
    this.nextRoundNanos = nowNanos;
    this.toldNanos = nowNanos - PAUSE_NANOS;
  }

  /** Takes in what a turn brought. */
  void read(Turn turn, LockTable table) {
    order.read(turn, table);
    changed |= turn.replaced() || !turn.news().isEmpty();
  }

  /** Tells somebody who has just been queued. */
  void tell(Ticket ticket, LockTable table, long nowNanos) {
    QueueOrder.Place place = order.placeOf(ticket);
    List<Ticket> leases = order.inTheWayOf(ticket, table, Limits.HOLDERS_SHOWN);
    List<Holder> shown = holders.of(leases, nowNanos);
    Queued.Builder queued =
        Queued.newBuilder()
            .setPosition(place.position())
            .setWaiters(place.waiters())
            .addAllHolders(shown);
    audience.tellPlace(ticket.number(), queued, signature(place, shown));
  }

  /** What is worth telling when it changes. */
  private static String signature(QueueOrder.Place place, List<Holder> shown) {
    StringBuilder out = new StringBuilder().append(place.position());
    for (Holder holder : shown) {
      out.append(' ').append(holder.getTicket());
    }
    for (Holder holder : shown) {
      boolean isOdd = holder.getState().equals("stopped") || holder.getState().equals("orphaned");
      out.append(isOdd ? " " + holder.getPid() + holder.getState() : "");
    }
    return out.toString();
  }

  /** Tells whoever is due. */
  void tellAll(LockTable table, long nowNanos) {
    long sinceNanos = nowNanos - toldNanos;
    if ((changed && sinceNanos >= PAUSE_NANOS) || sinceNanos >= AGAIN_NANOS) {
      changed = false;
      toldNanos = nowNanos;
      tellAll(order.after(0, FIRST), table, nowNanos);
    }
    if (nowNanos - nextRoundNanos >= 0) {
      nextRoundNanos = nowNanos + ROUND_NANOS;
      tellOthers(table, nowNanos);
    }
  }

  /** Goes round: each time those behind the one that was last. */
  private void tellOthers(LockTable table, long nowNanos) {
    List<Long> first = order.after(0, FIRST);
    if (first.size() < FIRST) {
      return;
    }
    List<Long> others = order.after(Math.max(lastOther, first.get(FIRST - 1)), OTHERS_PER_ROUND);
    tellAll(others, table, nowNanos);
    lastOther = others.size() < OTHERS_PER_ROUND ? 0 : others.get(OTHERS_PER_ROUND - 1);
  }

  private void tellAll(List<Long> numbers, LockTable table, long nowNanos) {
    for (long number : numbers) {
      Ticket ticket = audience.waitsWith(number) ? table.ticket(number) : null;
      if (ticket != null && !ticket.isHeld()) {
        tell(ticket, table, nowNanos);
      }
    }
  }
}
