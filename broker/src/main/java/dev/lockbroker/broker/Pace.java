package dev.lockbroker.broker;

import java.util.concurrent.ThreadLocalRandom;

/**
 * When a repository looks at its journal (PROTOCOL 1.5). Confined to its mailbox. With nobody there
 * it never does.
 */
final class Pace {
  /** What nobody waits for. */
  static final long NEVER = Long.MAX_VALUE;

  /** Others grant and release without telling us: while somebody waits we look this often. */
  private static final long WAITING_NANOS = 3_000_000;

  /** While leases are held, so that a loss is told soon. */
  private static final long HOLDING_NANOS = 25_000_000;

  /** While somebody watches. */
  private static final long WATCHING_NANOS = 50_000_000;

  /** How often leases in the way are looked at: deaths and lapses change no byte. */
  private static final long STUCK_NANOS = 5_000_000;

  /** The same after a transaction that could not end them (a worker lives on). */
  private static final long STUCK_IN_VAIN_NANOS = 10_000_000;

  /** A transaction at least this often while somebody waits, less up to a quarter. */
  private static final long TRANSACTION_NANOS = 100_000_000;

  /** After trouble. */
  private static final long RETRY_NANOS = 15_000_000;

  private long lastLook;
  private long nextStuck;
  private long nextTransaction;
  private long notBefore;

  Pace(long nowNanos) {
    this.lastLook = nowNanos - HOLDING_NANOS;
    this.nextStuck = nowNanos;
    this.nextTransaction = nowNanos + TRANSACTION_NANOS;
    this.notBefore = nowNanos;
  }

  /** Who is there. */
  record Need(boolean waiting, boolean holding, boolean watching) {
    boolean isNone() {
      return !waiting && !holding && !watching;
    }

    long lookNanos() {
      if (waiting) {
        return WAITING_NANOS;
      }
      return holding ? HOLDING_NANOS : WATCHING_NANOS;
    }
  }

  /** Whether trouble is so fresh that only what somebody asks for is tried. */
  boolean isCalmingDown(long nowNanos) {
    return nowNanos - notBefore < 0;
  }

  boolean isTransactionDue(Need need, long nowNanos) {
    return need.waiting && nowNanos - nextTransaction >= 0;
  }

  boolean isStuckDue(Need need, long nowNanos) {
    return need.waiting && nowNanos - nextStuck >= 0;
  }

  boolean isLookDue(Need need, long nowNanos) {
    return !need.isNone() && nowNanos - lastLook >= need.lookNanos();
  }

  void transacted(long nowNanos) {
    long jitter = ThreadLocalRandom.current().nextLong(TRANSACTION_NANOS / 4);
    nextTransaction = nowNanos + TRANSACTION_NANOS - jitter;
    lastLook = nowNanos;
  }

  /** Somebody is gone and could not be ended, or nobody is. */
  void lookedForStuck(boolean inVain, long nowNanos) {
    nextStuck = nowNanos + (inVain ? STUCK_IN_VAIN_NANOS : STUCK_NANOS);
  }

  void looked(long nowNanos) {
    lastLook = nowNanos;
  }

  void failed(long nowNanos) {
    notBefore = nowNanos + RETRY_NANOS;
    lastLook = nowNanos;
  }

  /** How soon errands that did not come through are tried again. */
  static long retryNanos() {
    return RETRY_NANOS;
  }

  /** How long from now until something of this is due; {@link #NEVER} if nobody is there. */
  long delayNanos(Need need, long nowNanos) {
    if (need.isNone()) {
      return NEVER;
    }
    long delay = lastLook + need.lookNanos() - nowNanos;
    if (need.waiting) {
      delay = Math.min(delay, Math.min(nextStuck - nowNanos, nextTransaction - nowNanos));
    }
    return Math.max(Math.max(0, notBefore - nowNanos), delay);
  }
}
