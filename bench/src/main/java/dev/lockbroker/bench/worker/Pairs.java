package dev.lockbroker.bench.worker;

import dev.lockbroker.bench.peer.Lock;

/** Acquire and release, nobody else being interested. */
final class Pairs {
  private Pairs() {}

  static Samples measure(Lock lock, int count, long limitNanos) throws Exception {
    Samples pairs = new Samples();
    long start = System.nanoTime();
    long now = start;
    while (pairs.size() < count && now - start < limitNanos) {
      long before = System.nanoTime();
      lock.acquire();
      lock.release();
      now = System.nanoTime();
      pairs.add(now - before);
    }
    return pairs;
  }
}
