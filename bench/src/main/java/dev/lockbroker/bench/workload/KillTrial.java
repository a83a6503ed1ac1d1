package dev.lockbroker.bench.workload;

import java.io.IOException;
import java.time.Duration;

/** Somebody holds, somebody waits, the holder is killed: for as often as it is asked. */
interface KillTrial extends AutoCloseable {
  /**
   * Once.
   *
   * @param waits how long the waiter has waited when the holder is killed
   * @param bound how long to wait for its entry
   * @return from just before the signal until the waiter has entered
   */
  long gapNanos(Duration waits, Duration bound) throws IOException, InterruptedException;

  /** Ends its processes. */
  @Override
  void close();
}
