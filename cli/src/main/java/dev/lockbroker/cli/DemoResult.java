package dev.lockbroker.cli;

import java.util.Comparator;
import java.util.List;

/**
 * What became of a round.
 *
 * @param made commits in the history
 * @param wrong commits that hold another file than their own, or several
 * @param failed commands that ended with an error
 * @param grants leases in the order of their tokens; empty where nothing was locked
 * @param wallMillis from the first start to the last end
 */
record DemoResult(int made, int wrong, int failed, List<Grant> grants, long wallMillis) {

  /** A lease: its place in the queue, its turn, and how long it waited. */
  record Grant(long ticket, long token, long waitedMillis) {}

  /** Sorts the grants. */
  DemoResult {
    grants = grants.stream().sorted(Comparator.comparingLong(Grant::token)).toList();
  }

  /** How many were granted before somebody who stood before them in the queue. */
  int overtakings() {
    int overtakings = 0;
    long last = 0;
    for (Grant grant : grants) {
      overtakings += grant.ticket() < last ? 1 : 0;
      last = Math.max(last, grant.ticket());
    }
    return overtakings;
  }

  /** The waiting time that as many waits exceed as do not. */
  long medianWaitMillis() {
    List<Long> sorted = grants.stream().map(Grant::waitedMillis).sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
  }

  long longestWaitMillis() {
    return grants.stream().mapToLong(Grant::waitedMillis).max().orElse(0);
  }

  /** Whether everything that was wanted is there, as it was wanted, and in order. */
  boolean isPerfect(int wanted) {
    return made == wanted && wrong == 0 && failed == 0 && overtakings() == 0;
  }
}
