package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.worker.Samples;
import java.util.Map;
import java.util.TreeMap;

/** What sessions have done, each on a lock of its own. */
final class Streams {
  private final Samples pairs = new Samples();
  private final Map<Integer, Long> counts = new TreeMap<>();

  /**
   * What one process has measured.
   *
   * @param first the number of its first session
   * @param counted for each session how many pairs, then what each took
   */
  void add(int first, long[] counted) {
    int session = first;
    int at = 0;
    while (at < counted.length) {
      int count = Math.toIntExact(counted[at++]);
      counts.merge(session++, (long) count, Long::sum);
      for (int end = at + count; at < end; at++) {
        pairs.add(counted[at]);
      }
    }
  }

  /** The same sessions once more. */
  void add(Streams more) {
    pairs.addAll(more.pairs());
    more.counts.forEach((session, count) -> counts.merge(session, count, Long::sum));
  }

  /** What each pair of all took, in nanoseconds. */
  long[] pairs() {
    return pairs.toArray();
  }

  /** How many pairs the slowest session has made, in terms of the median one. */
  double slowestToMedian() {
    long[] sorted = counts.values().stream().mapToLong(Long::longValue).sorted().toArray();
    return sorted[0] / (double) Math.max(1, sorted[sorted.length / 2]);
  }
}
