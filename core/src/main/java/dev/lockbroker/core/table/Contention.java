package dev.lockbroker.core.table;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Leases and queue of a {@link LockTable}, and who stands in whose way, kept up as tickets come and
 * go: so that a transaction costs what it changes, however many others there are.
 *
 * <p>A waiting ticket that was found blocked stays so until something that it conflicts with ends.
 * A grant frees nobody: who waited for it as a waiter waits for it as a lease. Hence only those can
 * be grantable that joined, were found grantable, or conflict with what has ended since they were
 * last looked at. That is true whoever made the changes, so it does not matter who looks when.
 */
final class Contention {
  /** Freed claims that are told apart: more than end in one transaction, mostly. */
  private static final int MOST_FREED = 256;

  private static final Claim EVERYTHING = new Claim(LockMode.EXCLUSIVE, Scope.ROOT);

  private final Tickets held = new Tickets();
  private final Tickets waiting = new Tickets();

  /** Leases that conflict with a waiting ticket. */
  private final TreeSet<Long> obstacles = new TreeSet<>();

  /** Waiting tickets that may be grantable whatever has ended. */
  private final TreeSet<Long> candidates = new TreeSet<>();

  /** What waiting tickets conflicted with, and has ended since {@link #grantable} looked. */
  private final Set<Claim> freed = new HashSet<>();

  Tickets held() {
    return held;
  }

  Tickets waiting() {
    return waiting;
  }

  /** A ticket with the highest number so far begins to wait. */
  void join(Ticket ticket) {
    waiting.add(ticket);
    candidates.add(ticket.number());
    for (Ticket lease : held.against(ticket.claims())) {
      obstacles.add(lease.number());
    }
  }

  /** A waiting ticket becomes a lease; null if it does not wait. */
  @Nullable Ticket hold(long number, Ticket.Hold hold) {
    Ticket ticket = leaveQueue(number);
    if (ticket != null) {
      held.add(ticket.with(hold));
      if (waiting.conflictWith(ticket.claims())) {
        obstacles.add(number);
      }
    }
    return ticket;
  }

  /** A ticket ends, held or waiting; null if there is none. */
  @Nullable Ticket end(long number) {
    Ticket ticket = held.remove(number);
    if (ticket == null) {
      ticket = leaveQueue(number);
    } else {
      obstacles.remove(number);
    }
    if (ticket != null) {
      free(ticket.claims());
    }
    return ticket;
  }

  private @Nullable Ticket leaveQueue(long number) {
    Ticket ticket = waiting.remove(number);
    if (ticket != null) {
      candidates.remove(number);
      for (Ticket lease : held.against(ticket.claims())) {
        if (!waiting.conflictWith(lease.claims())) {
          obstacles.remove(lease.number());
        }
      }
    }
    return ticket;
  }

  private void free(Claims claims) {
    for (Claim claim : claims.list()) {
      if (waiting.next(claim, 0) != null) {
        freed.add(claim);
      }
    }
    if (freed.size() > MOST_FREED) {
      freed.clear();
      freed.add(EVERYTHING);
    }
  }

  /** All waiting tickets that can be granted now, in order. */
  List<Ticket> grantable() {
    TreeMap<Long, Ticket> free = new TreeMap<>();
    for (long number : candidates) {
      addIfFree(waiting.get(number), free);
    }
    for (Claim claim : freed) {
      addFreed(claim, free);
    }
    // From here on everybody else is known to be blocked.
    freed.clear();
    candidates.clear();
    candidates.addAll(free.keySet());
    return new ArrayList<>(free.values());
  }

  /** Behind a ticket that covers what was freed everybody is blocked by that one. */
  private void addFreed(Claim claim, Map<Long, Ticket> free) {
    boolean covered = held.cover(claim);
    for (Ticket ticket = waiting.next(claim, 0);
        ticket != null && !covered;
        ticket = waiting.next(claim, ticket.number())) {
      addIfFree(ticket, free);
      covered = ticket.claims().cover(claim);
    }
  }

  private void addIfFree(@Nullable Ticket ticket, Map<Long, Ticket> free) {
    if (ticket != null
        && !held.conflictWith(ticket.claims())
        && !waiting.conflictBefore(ticket.number(), ticket.claims())) {
      free.put(ticket.number(), ticket);
    }
  }

  /** The leases that conflict with a waiting ticket or with what is about to be asked, in order. */
  List<Ticket> obstacles(List<Claims> aboutToAsk) {
    TreeMap<Long, Ticket> found = new TreeMap<>();
    for (Claims claims : aboutToAsk) {
      for (Ticket lease : held.against(claims)) {
        found.put(lease.number(), lease);
      }
    }
    for (long number : obstacles) {
      Ticket lease = held.get(number);
      if (lease != null) {
        found.put(number, lease);
      }
    }
    return new ArrayList<>(found.values());
  }
}
