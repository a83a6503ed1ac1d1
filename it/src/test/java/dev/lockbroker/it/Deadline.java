package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;

/** Waits for something that must happen, however slow the machine, and fails in the end. */
final class Deadline {
  /** More than anything here takes on a machine that is busy with other builds. */
  static final Duration LONG = Duration.ofSeconds(90);

  private static final long PAUSE_MILLIS = 5;

  private Deadline() {}

  /** What is waited for. */
  interface Condition {
    boolean holds() throws Exception;
  }

  /** Returns when the condition holds; fails after {@link #LONG}. */
  static void await(String what, Condition condition) throws Exception {
    await(LONG, what, condition);
  }

  /** Returns when the condition holds; fails after the given time. */
  static void await(Duration limit, String what, Condition condition) throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - end > 0) {
        fail("within " + limit.toSeconds() + " s it did not happen that " + what);
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** Fails if the condition does not hold all the time; for things that must not happen. */
  static void stays(Duration time, String what, Condition condition) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    do {
      if (!condition.holds()) {
        fail("it did not stay so that " + what);
      }
      Thread.sleep(PAUSE_MILLIS);
    } while (System.nanoTime() - end < 0);
  }
}
