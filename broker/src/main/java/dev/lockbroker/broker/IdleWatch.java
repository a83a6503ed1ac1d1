package dev.lockbroker.broker;

/**
 * Whether a broker that nobody needs has stood about for long enough. Confined to the timer's
 * thread.
 */
final class IdleWatch {
  /** Never leaves by itself. */
  static final long NEVER = 0;

  private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;
  private static final long SHORTEST_PAUSE_NANOS = 20_000_000;

  private final long limitNanos;
  private long sinceNanos;

  /**
   * A watch that begins now.
   *
   * @param limitNanos how long to stay without being needed; {@link #NEVER}: for ever
   */
  IdleWatch(long limitNanos, long nowNanos) {
    this.limitNanos = limitNanos;
    this.sinceNanos = nowNanos;
  }

  /** How often to look. */
  long pauseNanos() {
    return limitNanos == NEVER
        ? LONGEST_PAUSE_NANOS
        : Math.max(SHORTEST_PAUSE_NANOS, Math.min(LONGEST_PAUSE_NANOS, limitNanos / 4));
  }

  /** Whether it is time to go, as far as is known here. */
  boolean isOver(boolean needed, long nowNanos) {
    if (needed) {
      sinceNanos = nowNanos;
    }
    return limitNanos != NEVER && nowNanos - sinceNanos >= limitNanos;
  }

  /** It was needed after all. */
  void restart(long nowNanos) {
    sinceNanos = nowNanos;
  }
}
