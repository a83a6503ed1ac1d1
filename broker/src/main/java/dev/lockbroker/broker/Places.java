package dev.lockbroker.broker;

import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.proto.v1.Holder;
import dev.lockbroker.proto.v1.Queued;
import java.util.List;

/**
 * Tells waiting clients their place: at once when they are queued, then when place or holders
 * change, and within a second when a holder is stopped or orphaned, which no journal tells. The
 * first few learn every change, the others now and then: in a long queue each step would else be a
 * message to everybody. Confined to its repository's mailbox.
 */
final class Places {
  private static final int FIRST = 16;

  /** How often the others are looked at, and how many of them at once. */
  private static final long ROUND_NANOS = 250_000_000;

  private static final int OTHERS_PER_ROUND = 64;

  /** Changes that follow each other faster are told together while the mailbox has work. */
  private static final long LATEST_NANOS = 10_000_000;

  /** How often the holders of those in front are looked at anew. */
  private static final long AGAIN_NANOS = 1_000_000_000;

  private final Seats seats;
  private final Holders holders;
  private boolean changed;
  private long changedNanos;
  private long nextRoundNanos;
  private long toldNanos;
  private long lastOther;

  Places(Seats seats, Holders holders) {
    this.seats = seats;
    this.holders = holders;
  }

  /** Queue or holders are not what they were. */
  void changed(long nowNanos) {
    if (!changed) {
      changed = true;
      changedNanos = nowNanos;
    }
  }

  /** Tells a seat that has just been queued. */
  void tell(Seat seat, Ticket ticket, LockTable table, long nowNanos) {
    Place place = place(ticket, table);
    List<Holder> shown = holders.of(place.holders, nowNanos);
    Queued.Builder queued =
        Queued.newBuilder()
            .setPosition(place.position)
            .setWaiters(place.waiters)
            .addAllHolders(shown);
    seat.tellPlace(queued, place.signature(shown));
  }

  /** Tells whoever is due; {@code busy} says that another turn follows at once. */
  void tellAll(LockTable table, boolean busy, long nowNanos) {
    if (nowNanos - toldNanos >= AGAIN_NANOS) {
      changed(nowNanos);
    }
    if (changed && !(busy && nowNanos - changedNanos < LATEST_NANOS)) {
      changed = false;
      toldNanos = nowNanos;
      tellFirst(table, nowNanos);
    }
    if (nowNanos - nextRoundNanos >= 0) {
      nextRoundNanos = nowNanos + ROUND_NANOS;
      tellOthers(table, nowNanos);
    }
  }

  private void tellFirst(LockTable table, long nowNanos) {
    int looked = 0;
    for (Ticket ticket : table.waiting()) {
      if (looked++ == FIRST) {
        return;
      }
      Seat seat = seats.ofTicket(ticket.number());
      if (seat != null && !seat.isGranted()) {
        tell(seat, ticket, table, nowNanos);
      }
    }
  }

  /** Goes round: each time those behind the one that was last. */
  private void tellOthers(LockTable table, long nowNanos) {
    int told = 0;
    int looked = 0;
    for (Ticket ticket : table.waiting()) {
      if (looked++ < FIRST || ticket.number() <= lastOther) {
        continue;
      }
      Seat seat = seats.ofTicket(ticket.number());
      if (seat != null && !seat.isGranted()) {
        tell(seat, ticket, table, nowNanos);
        if (++told == OTHERS_PER_ROUND) {
          lastOther = ticket.number();
          return;
        }
      }
    }
    lastOther = 0;
  }

  private static Place place(Ticket ticket, LockTable table) {
    int earlier = 0;
    int later = 0;
    for (Ticket other : table.waiting()) {
      if (other.number() != ticket.number() && other.conflictsWith(ticket)) {
        if (other.number() < ticket.number()) {
          earlier++;
        } else {
          later++;
        }
      }
    }
    return new Place(earlier + 1, earlier + 1 + later, table.inTheWayOf(ticket.claims()));
  }

  private record Place(int position, int waiters, List<Ticket> holders) {
    /** What is worth telling when it changes. */
    String signature(List<Holder> shown) {
      StringBuilder out = new StringBuilder().append(position);
      for (Ticket holder : holders) {
        out.append(' ').append(holder.number());
      }
      for (Holder holder : shown) {
        boolean isOdd = holder.getState().equals("stopped") || holder.getState().equals("orphaned");
        out.append(isOdd ? " " + holder.getPid() + holder.getState() : "");
      }
      return out.toString();
    }
  }
}
