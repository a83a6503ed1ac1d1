package dev.lockbroker.core.table;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tickets by what they claim: answers "which is the next that this conflicts with?" in the depth of
 * the scope, whatever the number of tickets.
 *
 * <p>It is a tree of scopes. Two scopes overlap when one contains the other, so a claim meets
 * whatever stands on the way from the root down to its own scope, and all that stands below that;
 * each place knows the numbers of both.
 */
final class ClaimIndex {
  /** No such ticket: above every number. */
  static final long NONE = Long.MAX_VALUE;

  private final Place root = new Place();

  /** Adds a ticket, once. */
  void add(long number, Claims claims) {
    Long boxed = number;
    for (Claim claim : claims.list()) {
      root.add(claim, 1, boxed);
    }
  }

  /** Takes a ticket out that was added with these claims. */
  void remove(long number, Claims claims) {
    Long boxed = number;
    for (Claim claim : claims.list()) {
      root.remove(claim, 1, boxed);
    }
  }

  boolean conflictsWith(Claims claims) {
    for (Claim claim : claims.list()) {
      if (next(claim, 0) != NONE) {
        return true;
      }
    }
    return false;
  }

  /** The lowest number above {@code after} whose ticket conflicts with any of the claims. */
  long next(Claims claims, long after) {
    long lowest = NONE;
    for (Claim claim : claims.list()) {
      lowest = Math.min(lowest, next(claim, after));
    }
    return lowest;
  }

  /** The lowest number above {@code after} whose ticket conflicts with the claim. */
  long next(Claim claim, long after) {
    LockMode mode = claim.mode();
    String path = claim.scope().path();
    Place place = root;
    long lowest = place.here.next(mode, after);
    for (int from = 1; from < path.length(); from = endOf(path, from) + 1) {
      Place inner = place.parts.get(path.substring(from, endOf(path, from)));
      if (inner == null) {
        return lowest;
      }
      place = inner;
      lowest = Math.min(lowest, place.here.next(mode, after));
    }
    return Math.min(lowest, place.below.next(mode, after));
  }

  /** Whether a ticket has all of the claim, so that whatever conflicts with it conflicts there. */
  boolean covers(Claim claim) {
    // A shared claim is covered by any, an exclusive one only by its like.
    LockMode other = claim.mode() == LockMode.SHARED ? LockMode.EXCLUSIVE : LockMode.SHARED;
    String path = claim.scope().path();
    Place place = root;
    int from = 1;
    while (place != null && place.here.next(other, 0) == NONE && from < path.length()) {
      place = place.parts.get(path.substring(from, endOf(path, from)));
      from = endOf(path, from) + 1;
    }
    return place != null && place.here.next(other, 0) != NONE;
  }

  private static int endOf(String path, int from) {
    int slash = path.indexOf('/', from);
    return slash < 0 ? path.length() : slash;
  }

  /** One scope: who claims it, and who a part of it. */
  private static final class Place {
    private final Map<String, Place> parts = new HashMap<>();
    private final Numbers here = new Numbers();
    private final Numbers below = new Numbers();

    /** The claim's path from {@code from} on leads on from here. */
    void add(Claim claim, int from, Long number) {
      String path = claim.scope().path();
      if (from >= path.length()) {
        here.of(claim.mode()).add(number);
        return;
      }
      below.of(claim.mode()).add(number);
      String part = path.substring(from, endOf(path, from));
      Place inner = parts.get(part);
      if (inner == null) {
        inner = new Place();
        parts.put(part, inner);
      }
      inner.add(claim, endOf(path, from) + 1, number);
    }

    /** A ticket with several claims may have been taken out of a place with another one. */
    void remove(Claim claim, int from, Long number) {
      String path = claim.scope().path();
      if (from >= path.length()) {
        here.of(claim.mode()).remove(number);
        return;
      }
      below.of(claim.mode()).remove(number);
      String part = path.substring(from, endOf(path, from));
      Place inner = parts.get(part);
      if (inner != null) {
        inner.remove(claim, endOf(path, from) + 1, number);
        if (inner.parts.isEmpty() && inner.here.isEmpty()) {
          parts.remove(part);
        }
      }
    }
  }

  /** Ticket numbers by the mode that they claim; most places have one mode, if any. */
  private static final class Numbers {
    private @Nullable NavigableSet<Long> shared;
    private @Nullable NavigableSet<Long> exclusive;

    NavigableSet<Long> of(LockMode mode) {
      NavigableSet<Long> known = mode == LockMode.EXCLUSIVE ? exclusive : shared;
      if (known != null) {
        return known;
      }
      NavigableSet<Long> fresh = new TreeSet<>();
      if (mode == LockMode.EXCLUSIVE) {
        exclusive = fresh;
      } else {
        shared = fresh;
      }
      return fresh;
    }

    boolean isEmpty() {
      return (shared == null || shared.isEmpty()) && (exclusive == null || exclusive.isEmpty());
    }

    /** The lowest above {@code after} that a claim of that mode cannot be beside. */
    long next(LockMode mode, long after) {
      long lowest = above(exclusive, after);
      return mode == LockMode.EXCLUSIVE ? Math.min(lowest, above(shared, after)) : lowest;
    }

    private static long above(@Nullable NavigableSet<Long> numbers, long after) {
      Long next = numbers == null ? null : numbers.higher(after);
      return next == null ? NONE : next;
    }
  }
}
