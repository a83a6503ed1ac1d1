package dev.lockbroker.core.journal;

import java.util.List;

/** Numbers that a seed decides (splitmix64). */
final class SimRandom {
  private long state;

  SimRandom(long seed) {
    this.state = seed;
  }

  long next() {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** From 0 to {@code bound - 1}. */
  int below(int bound) {
    return (int) ((next() >>> 33) % bound);
  }

  boolean oneIn(int n) {
    return below(n) == 0;
  }

  boolean percent(int chance) {
    return below(100) < chance;
  }

  <T> T pick(List<T> list) {
    return list.get(below(list.size()));
  }

  long pick(long... values) {
    return values[below(values.length)];
  }
}
