package dev.lockbroker.core.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tickets in the order of their numbers, to be found also by what they claim. */
final class Tickets {
  private final TreeMap<Long, Ticket> byNumber = new TreeMap<>();
  private final ClaimIndex index = new ClaimIndex();

  void add(Ticket ticket) {
    byNumber.put(ticket.number(), ticket);
    index.add(ticket.number(), ticket.claims());
  }

  @Nullable Ticket remove(long number) {
    Ticket removed = byNumber.remove(number);
    if (removed != null) {
      index.remove(number, removed.claims());
    }
    return removed;
  }

  /** Puts another state of a ticket in its place. */
  void update(Ticket ticket) {
    byNumber.put(ticket.number(), ticket);
  }

  @Nullable Ticket get(long number) {
    return byNumber.get(number);
  }

  boolean isEmpty() {
    return byNumber.isEmpty();
  }

  /** In order; a live view. */
  Collection<Ticket> all() {
    return Collections.unmodifiableCollection(byNumber.values());
  }

  boolean conflictWith(Claims claims) {
    return index.conflictsWith(claims);
  }

  /** Whether a ticket has all of that claim. */
  boolean cover(Claim claim) {
    return index.covers(claim);
  }

  /** Whether the claims conflict with any ticket before that number. */
  boolean conflictBefore(long number, Claims claims) {
    return index.next(claims, 0) < number;
  }

  /** The first ticket after that number that conflicts with the claim; null if there is none. */
  @Nullable Ticket next(Claim claim, long after) {
    return byNumber.get(index.next(claim, after));
  }

  /** The first ticket after that number that conflicts with the claims; null if there is none. */
  @Nullable Ticket next(Claims claims, long after) {
    return byNumber.get(index.next(claims, after));
  }

  /** All that conflict with the claims, in order. */
  List<Ticket> against(Claims claims) {
    List<Ticket> found = new ArrayList<>();
    for (Ticket ticket = next(claims, 0); ticket != null; ticket = next(claims, ticket.number())) {
      found.add(ticket);
    }
    return found;
  }
}
