package dev.lockbroker.cli;

import dev.lockbroker.client.LeaseGroup;
import dev.lockbroker.client.LockException;
import dev.lockbroker.client.WorkerAliveException;

/**
 * Gives a lease back when its command has ended. If the command was killed and what it had started
 * (a git hook) is still at work, the lease is kept, and waited with, until that has ended, too; a
 * signal ends the wait, and then the lease goes on without us.
 */
final class LeaseEnd {
  private static final long PATIENCE_NANOS = 1_000_000_000L;
  private static final long LONGEST_PAUSE_MILLIS = 50;

  private final Signals signals;
  private final RunEvents events;

  LeaseEnd(Signals signals, RunEvents events) {
    this.signals = signals;
    this.events = events;
  }

  /**
   * The child's status is what counts: a lease that cannot be given back ends by itself.
   *
   * @param violently whether a signal ended the command
   */
  void giveBack(LeaseGroup lease, boolean violently) {
    long startNanos = System.nanoTime();
    boolean told = false;
    long pauseMillis = 5;
    while (!isOver(lease, violently)) {
      if (!told && System.nanoTime() - startNanos >= PATIENCE_NANOS) {
        events.keptByDescendants(lease.leases().get(0));
        told = true;
      }
      try {
        signals.awaitAgain();
        Thread.sleep(pauseMillis);
      } catch (InterruptedException e) {
        signals.endWait();
        return;
      }
      pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
    }
  }

  private boolean isOver(LeaseGroup lease, boolean violently) {
    try {
      lease.close();
      return true;
    } catch (LockException e) {
      if (violently && e instanceof WorkerAliveException) {
        return false;
      }
      events.releaseFailed(e);
      return true;
    }
  }
}
