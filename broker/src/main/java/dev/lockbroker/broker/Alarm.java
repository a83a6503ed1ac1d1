package dev.lockbroker.broker;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Rings once, at the earliest time it was set to. Confined to its repository's mailbox, but for the
 * ringing.
 *
 * <p>It is not set anew while it will ring early enough: ringing too early costs an idle turn,
 * setting it in each turn would cost more.
 */
final class Alarm {
  private final ScheduledExecutorService timer;
  private final Runnable bell;
  private @Nullable Ring pending;

  Alarm(ScheduledExecutorService timer, Runnable bell) {
    this.timer = timer;
    this.bell = bell;
  }

  /**
   * Rings in {@code delayNanos}, or earlier; {@link Pace#NEVER} sets nothing, and lets what is set
   * ring once in vain: the next request is often on its way.
   */
  void set(long delayNanos, long nowNanos) {
    if (delayNanos == Pace.NEVER) {
      return;
    }
    Ring current = pending;
    long atNanos = nowNanos + delayNanos;
    if (current != null && !current.rung && current.atNanos - atNanos <= 0) {
      return;
    }
    cancel();
    Ring ring = new Ring(atNanos);
    try {
      ring.task = timer.schedule(ring, delayNanos, TimeUnit.NANOSECONDS);
      pending = ring;
    } catch (RejectedExecutionException e) {
      // The broker ends.
    }
  }

  void cancel() {
    Ring current = pending;
    pending = null;
    if (current != null && current.task != null) {
      current.task.cancel(false);
    }
  }

  /** One setting of the alarm. */
  private final class Ring implements Runnable {
    private final long atNanos;
    private @Nullable Future<?> task;

    /** Set before the bell rings: the turn that it causes must find that it will not ring again. */
    private volatile boolean rung;

    Ring(long atNanos) {
      this.atNanos = atNanos;
    }

    @Override
    public void run() {
      rung = true;
      bell.run();
    }
  }
}
