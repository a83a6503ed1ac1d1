package dev.lockbroker.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets the measuring thread close what it has started when a signal ends the program: it is
 * interrupted, and waited for. The JVM then ends with 128 + the signal, 130 for Ctrl-C.
 */
final class Interruption implements AutoCloseable {
  /** Servers need some seconds for their end. */
  private static final long PATIENCE_SECONDS = 15;

  private final Thread measuring;

  /** Not the thread's end: one that calls for the program's end itself waits for this, too. */
  private final CountDownLatch over = new CountDownLatch(1);

  Interruption(Thread measuring) {
    this.measuring = measuring;
  }

  /** From now on until it is closed, which is to be the last thing that is closed. */
  void watch() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::interrupt, "interruption"));
  }

  private void interrupt() {
    if (over.getCount() == 0) {
      return;
    }
    measuring.interrupt();
    try {
      if (!over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("bench/run: what was started may still run; look for its processes");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    over.countDown();
  }
}
