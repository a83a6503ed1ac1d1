package dev.lockbroker.bench;

/**
 * Lets the measuring thread close what it has started when a signal ends the program: it is
 * interrupted, and waited for. The JVM then ends with 128 + the signal, 130 for Ctrl-C.
 */
final class Interruption implements AutoCloseable {
  /** Servers need some seconds for their end. */
  private static final long PATIENCE_MILLIS = 15_000;

  private final Thread hook;
  private volatile boolean isOver;

  Interruption(Thread measuring) {
    hook =
        new Thread(
            () -> {
              if (!isOver) {
                measuring.interrupt();
                join(measuring);
              }
            },
            "interruption");
  }

  /** From now on until it is closed. */
  void watch() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private static void join(Thread measuring) {
    try {
      measuring.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    isOver = true;
  }
}
