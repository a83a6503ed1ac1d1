package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.worker.Grant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** What all who wanted one lock have seen, put together in the order in which they entered. */
final class GrantLog {
  /**
   * Who asked by less earlier than another cannot tell who was heard first: a message, and the
   * processor to send it, take their time.
   */
  static final long TIE_NANOS = 1_000_000;

  private final List<Grant> grants;

  private GrantLog(List<Grant> grants) {
    this.grants = grants;
  }

  /** Of all processes; their clocks agree. */
  static GrantLog of(List<Grant> unordered) {
    List<Grant> grants = new ArrayList<>(unordered);
    grants.sort(Comparator.comparingLong(Grant::enteredNanos));
    return new GrantLog(grants);
  }

  int size() {
    return grants.size();
  }

  /**
   * From each release to the next entry, in nanoseconds, where whoever entered was waiting already.
   *
   * @param untilNanos releases after that are left out: the queue is running dry
   */
  long[] gaps(long untilNanos) {
    LongStream.Builder gaps = LongStream.builder();
    for (int i = 1; i < grants.size(); i++) {
      Grant before = grants.get(i - 1);
      Grant next = grants.get(i);
      boolean hadAsked = next.askedNanos() - before.releasedNanos() <= 0;
      if (hadAsked && before.releasedNanos() - untilNanos < 0) {
        gaps.add(next.enteredNanos() - before.releasedNanos());
      }
    }
    return gaps.build().toArray();
  }

  /** From asking to entering, in nanoseconds. */
  long[] waits() {
    return grants.stream().mapToLong(g -> g.enteredNanos() - g.askedNanos()).toArray();
  }

  /** How many entered while somebody else was inside. Must be 0: it is what a lock is for. */
  int overlaps() {
    int overlaps = 0;
    long lastRelease = Long.MIN_VALUE;
    for (Grant grant : grants) {
      if (grant.enteredNanos() < lastRelease) {
        overlaps++;
      }
      lastRelease = Math.max(lastRelease, grant.releasedNanos());
    }
    return overlaps;
  }

  /** How many entered before somebody who had asked earlier, by more than {@link #TIE_NANOS}. */
  int inversions() {
    int inversions = 0;
    long firstAskOfLater = Long.MAX_VALUE;
    for (int i = grants.size() - 1; i >= 0; i--) {
      long asked = grants.get(i).askedNanos();
      if (firstAskOfLater < asked - TIE_NANOS) {
        inversions++;
      }
      firstAskOfLater = Math.min(firstAskOfLater, asked);
    }
    return inversions;
  }

  /** Whether the lock itself tells who stood where. */
  boolean hasPlaces() {
    return grants.stream().anyMatch(grant -> grant.place() > 0);
  }

  /** How many entered before somebody who stood before them in the queue, as the lock says. */
  int outOfPlace() {
    int outOfPlace = 0;
    long firstOfLater = Long.MAX_VALUE;
    for (int i = grants.size() - 1; i >= 0; i--) {
      long place = grants.get(i).place();
      if (firstOfLater < place) {
        outOfPlace++;
      }
      firstOfLater = Math.min(firstOfLater, place);
    }
    return outOfPlace;
  }

  /**
   * How many of the grants of one asker were not in the order in which it asked, for askers whose
   * requests travel in order.
   */
  int outOfOrderOfAsking() {
    int inversions = 0;
    Map<Long, Long> firstAskOfLater = new HashMap<>();
    for (int i = grants.size() - 1; i >= 0; i--) {
      Grant grant = grants.get(i);
      long later = firstAskOfLater.getOrDefault(grant.asker(), Long.MAX_VALUE);
      if (later < grant.askedNanos()) {
        inversions++;
      }
      firstAskOfLater.put(grant.asker(), Math.min(later, grant.askedNanos()));
    }
    return inversions;
  }
}
