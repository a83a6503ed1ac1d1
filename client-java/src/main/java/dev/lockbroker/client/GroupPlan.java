package dev.lockbroker.client;

import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Several requests that are to be granted all or none: one for each repository, in the one order in
 * which everybody takes them (by the directory of the journal), so that groups alone never wait for
 * each other in a ring.
 *
 * @param parts in the order of taking
 * @param owner of all of them; null for the calling thread
 * @param patience for all of them together: that of the least patient; null for ever
 */
record GroupPlan(List<Part> parts, @Nullable Object owner, @Nullable Duration patience) {
  /** What is taken in one repository, as one ticket. */
  record Part(Lockable lockable, Claims claims, LockRequest request) {
    private Part and(Claims more, LockRequest other) {
      List<Claim> all = new ArrayList<>(claims.list());
      all.addAll(more.list());
      LockRequest shorter =
          other.ttl().compareTo(request.ttl()) < 0 ? request.ttl(other.ttl()) : request;
      LockRequest listening =
          shorter.listener() == null && other.listener() != null
              ? shorter.onQueued(other.listener())
              : shorter;
      try {
        return new Part(lockable, new Claims(all), listening);
      } catch (IllegalArgumentException e) {
        throw new InvalidRequestException(
            "for " + lockable.shown() + ": " + e.getMessage() + "; claim a larger part of it", e);
      }
    }
  }

  /**
   * Requests of one repository become one: their claims together, the shorter ttl, and the label of
   * the first.
   *
   * @param places what each of them is about
   * @throws InvalidRequestException if there are none, or they differ in owner or in what keeps
   *     them
   */
  static GroupPlan of(List<LockRequest> requests, List<Lockable> places) {
    if (requests.isEmpty()) {
      throw new InvalidRequestException("a group of requests needs at least one", null);
    }
    LockRequest first = requests.get(0);
    Map<Path, Part> parts = new TreeMap<>();
    Duration patience = first.patience();
    for (int i = 0; i < requests.size(); i++) {
      LockRequest request = requests.get(i);
      requireAlike(first, request);
      patience = shorter(patience, request.patience());
      Lockable lockable = places.get(i);
      Claims claims = request.claimsIn(lockable);
      Part present = parts.get(lockable.journalDirectory());
      parts.put(
          lockable.journalDirectory(),
          present == null ? new Part(lockable, claims, request) : present.and(claims, request));
    }
    return new GroupPlan(List.copyOf(parts.values()), first.owner(), patience);
  }

  private static void requireAlike(LockRequest first, LockRequest other) {
    if (first.kind() != other.kind()) {
      throw new InvalidRequestException(
          "requests of one group are kept alike, all by processes or all by heartbeats;"
              + " ask with keptByProcesses() for each or for none",
          null);
    }
    if (first.owner() == null ? other.owner() != null : !first.owner().equals(other.owner())) {
      throw new InvalidRequestException(
          "requests of one group have one owner; name the same for each, or none", null);
    }
  }

  private static @Nullable Duration shorter(@Nullable Duration one, @Nullable Duration other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.compareTo(other) <= 0 ? one : other;
  }

  /**
   * What is said when the wait ended at that part; whoever asked for one thing is told as usual.
   */
  LockTimeoutException late(Part part, LockTimeoutException why) {
    if (parts.size() == 1 || patience == null) {
      return why;
    }
    String what =
        patience.isZero()
            ? " is not free, so none of the repositories was taken; wait for it, or try again later"
            : " was not free within "
                + patience.toMillis()
                + " ms, so none of the repositories was taken; wait longer, or see"
                + " 'lockctl status' for who holds it";
    return new LockTimeoutException(part.lockable().shown() + what, why.holders());
  }

  /** The part's request with what is left of the patience of all. */
  LockRequest request(Part part, long elapsedNanos) {
    if (patience == null) {
      return part.request().waitForever();
    }
    Duration left = patience.minusNanos(elapsedNanos);
    return left.isNegative() ? part.request().noWait() : part.request().waitAtMost(left);
  }
}
