package dev.lockbroker.core.journal;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * What the rules leave open to an arbiter: how long to pause, which random name to take, when a
 * journal is long. A simulation decides these itself, so that nothing in a run is left to chance.
 */
class Leeway {
  /** What a program has. */
  static final Leeway REAL = new Leeway();

  /** A smaller journal is never compacted. */
  private static final long COMPACT_BYTES = 256 << 10;

  /**
   * A program that lives for one lock reads all of the journal, and a JVM that has just started
   * reads slowly (some 0.2 ms for a kilobyte): then it pays to make it short for the next one.
   */
  private static final long COMPACT_BYTES_WHEN_COLD = 16 << 10;

  /** Pauses before the guard is tried again, for a random time of at most so many nanoseconds. */
  void pause(long mostNanos) {
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(mostNanos) + 1);
  }

  /** What tells a new journal file from every other: 16 hexadecimal digits. */
  String nonce() {
    return RandomBits.hex(8);
  }

  /** Bytes from which on a journal is compacted, unless it was that long when it was new. */
  long compactBytes() {
    return COMPACT_BYTES;
  }

  /** The same for whoever has just had to read it from its beginning. */
  long compactBytesWhenCold() {
    return COMPACT_BYTES_WHEN_COLD;
  }
}
