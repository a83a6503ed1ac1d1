package dev.lockbroker.client;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * When a client that has no broker tries for one again. A broker that comes back makes its socket
 * file anew, so a look at the file tells: while there is none nobody tries, and one that was not
 * there at the last attempt is tried at once. In between (a broker that refuses, that is slow to
 * greet, or that somebody else starts for us) attempts follow each other at growing, jittered
 * distances. Thread-safe.
 */
final class ConnectPace {
  private static final long FIRST_PAUSE_NANOS = 50_000_000;
  private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

  /**
   * A session that ended sooner is no better than none: a broker may greet and then fall silent.
   */
  private static final long PROBATION_NANOS = 5_000_000_000L;

  private long pauseNanos = FIRST_PAUSE_NANOS;
  private long notBeforeNanos;
  private @Nullable Object triedFile;

  /**
   * Whether to try now.
   *
   * @param file what tells one socket file from another; null if there is none
   */
  synchronized boolean isTime(@Nullable Object file, long nowNanos) {
    return file != null && (!file.equals(triedFile) || nowNanos - notBeforeNanos >= 0);
  }

  /**
   * Nobody answered.
   *
   * @param file the socket file that was tried
   * @param atLeastNanos how long not to try again, as long as the file is the same
   */
  synchronized void failed(Object file, long atLeastNanos, long nowNanos) {
    if (!file.equals(triedFile)) {
      pauseNanos = FIRST_PAUSE_NANOS;
    }
    triedFile = file;
    // Half of it at least: all clients of a broker that comes back must not come at once, but none
    // may try again and again either.
    long jittered = pauseNanos / 2 + ThreadLocalRandom.current().nextLong(pauseNanos / 2);
    notBeforeNanos = nowNanos + Math.max(jittered, atLeastNanos);
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
  }

  /** A session has ended. */
  synchronized void ended(Object file, long servedNanos, long nowNanos) {
    if (servedNanos < PROBATION_NANOS) {
      failed(file, 0, nowNanos);
    } else {
      pauseNanos = FIRST_PAUSE_NANOS;
      triedFile = null;
    }
  }
}
