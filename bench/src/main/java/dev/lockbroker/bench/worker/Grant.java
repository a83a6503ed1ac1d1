package dev.lockbroker.bench.worker;

import java.util.ArrayList;
import java.util.List;

/**
 * Once held. Times are {@link System#nanoTime}, which all processes of a machine share on Linux
 * (CLOCK_MONOTONIC).
 *
 * @param asker who held it: a thread or a session of one process
 * @param askedNanos before it asked
 * @param enteredNanos when it knew that it held it
 * @param releasedNanos before it gave it back
 * @param place its number in the queue as the lock itself says, rising with the order of asking;
 *     zero if the peer tells none
 */
public record Grant(
    long asker, long askedNanos, long enteredNanos, long releasedNanos, long place) {
  private static final int FIELDS = 5;

  /** One field after the other. */
  void addTo(Samples samples) {
    samples.add(asker);
    samples.add(askedNanos);
    samples.add(enteredNanos);
    samples.add(releasedNanos);
    samples.add(place);
  }

  /**
   * What a worker has written.
   *
   * @param firstAsker added to each asker, so that askers of several processes differ
   */
  public static List<Grant> parse(long[] fields, long firstAsker) {
    List<Grant> grants = new ArrayList<>(fields.length / FIELDS);
    for (int i = 0; i + FIELDS <= fields.length; i += FIELDS) {
      grants.add(
          new Grant(
              firstAsker + fields[i], fields[i + 1], fields[i + 2], fields[i + 3], fields[i + 4]));
    }
    return grants;
  }
}
