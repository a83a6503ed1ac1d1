package dev.lockbroker.bench.worker;

import dev.lockbroker.client.QueueUpdate;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts the first time that it is told a place in a queue. */
final class Once {
  private final CountDownLatch latch;
  private final AtomicBoolean counted = new AtomicBoolean();

  Once(CountDownLatch latch) {
    this.latch = latch;
  }

  void told(QueueUpdate unused) {
    if (counted.compareAndSet(false, true)) {
      latch.countDown();
    }
  }
}
