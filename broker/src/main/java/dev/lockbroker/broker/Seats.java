package dev.lockbroker.broker;

import dev.lockbroker.proto.v1.Queued;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The seats of one repository, by request and by ticket. Confined to its mailbox. */
final class Seats implements Places.Audience {
  private final Map<String, Seat> byRequest = new HashMap<>();
  private final Map<Long, Seat> byTicket = new HashMap<>();
  private final PriorityQueue<Deadline> deadlines = new PriorityQueue<>();
  private int granted;

  @Nullable Seat ofRequest(String requestId) {
    return byRequest.get(requestId);
  }

  /** The seat of that request if it belongs to that session, or null. */
  @Nullable Seat of(Session session, String requestId) {
    Seat seat = byRequest.get(requestId);
    return seat != null && seat.session() == session ? seat : null;
  }

  @Nullable Seat ofTicket(long number) {
    return byTicket.get(number);
  }

  @Override
  public boolean waitsWith(long ticket) {
    Seat seat = byTicket.get(ticket);
    return seat != null && !seat.isGranted();
  }

  @Override
  public void tellPlace(long ticket, Queued.Builder place, String signature) {
    Seat seat = byTicket.get(ticket);
    if (seat != null) {
      seat.tellPlace(place, signature);
    }
  }

  void add(Seat seat) {
    byRequest.put(seat.requestId(), seat);
  }

  /** Notes which ticket is the seat's. */
  void bind(Seat seat, long number) {
    if (seat.ticket() != number) {
      byTicket.remove(seat.ticket(), seat);
      seat.bind(number);
      if (number != 0) {
        byTicket.put(number, seat);
      }
    }
  }

  /** Notes that the seat's client is being told that it holds. */
  void countGrant(Seat seat) {
    if (!seat.isGranted()) {
      granted++;
    }
  }

  void remove(Seat seat) {
    if (byRequest.remove(seat.requestId(), seat)) {
      byTicket.remove(seat.ticket(), seat);
      if (seat.isGranted()) {
        granted--;
      }
    }
  }

  /** Lets the seat's wait end at that time. */
  void setDeadline(Seat seat, long nanos) {
    seat.waitUntil(nanos);
    deadlines.add(new Deadline(nanos, seat));
  }

  /** A seat whose wait is over, which from now on has no deadline; null if there is none. */
  @Nullable Seat takeTimedUp(long nowNanos) {
    Deadline next = nextDeadline();
    if (next == null || next.nanos - nowNanos > 0) {
      return null;
    }
    deadlines.remove();
    next.seat.waitForEver();
    return next.seat;
  }

  /** How long until the next wait is over, or {@link Pace#NEVER}. */
  long untilDeadline(long nowNanos) {
    Deadline next = nextDeadline();
    return next == null ? Pace.NEVER : Math.max(0, next.nanos - nowNanos);
  }

  private @Nullable Deadline nextDeadline() {
    Deadline next = deadlines.peek();
    while (next != null && !isValid(next)) {
      deadlines.remove();
      next = deadlines.peek();
    }
    return next;
  }

  private boolean isValid(Deadline deadline) {
    return deadline.seat.waitsUntil(deadline.nanos)
        && byRequest.get(deadline.seat.requestId()) == deadline.seat;
  }

  private record Deadline(long nanos, Seat seat) implements Comparable<Deadline> {
    @Override
    public int compareTo(Deadline other) {
      return Long.signum(nanos - other.nanos);
    }
  }

  boolean isEmpty() {
    return byRequest.isEmpty();
  }

  /** Whether anybody waits, or is about to. */
  boolean someWait() {
    return byRequest.size() > granted;
  }

  List<Seat> all() {
    return new ArrayList<>(byRequest.values());
  }

  List<Seat> waiting() {
    List<Seat> waiting = new ArrayList<>();
    for (Seat seat : byRequest.values()) {
      if (!seat.isGranted()) {
        waiting.add(seat);
      }
    }
    return waiting;
  }

  List<Seat> ofSession(Session session) {
    List<Seat> found = new ArrayList<>();
    for (Seat seat : byRequest.values()) {
      if (seat.session() == session) {
        found.add(seat);
      }
    }
    return found;
  }
}
