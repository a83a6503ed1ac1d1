package dev.lockbroker.client;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** How often a journal is looked at, and by whom it needs a transaction. Guarded by its journal. */
final class DirectPace {
  /** How often a waiting request looks at the journal: one {@code stat}. */
  static final long FAST_NANOS = 3_000_000;

  /** How often one does that is not among the next: a hundred of them would keep a core busy. */
  private static final long FAR_NANOS = 30_000_000;

  /** So many places are the next ones where nobody rings; with a bell, only the first one is. */
  static final int NEAR = 8;

  /** How often a holder looks whether its lease still stands, and an unusable journal is tried. */
  static final long SLOW_NANOS = 50_000_000;

  /** How often the first one in the queue looks whether those in its way live. */
  private static final long NEXT_PROBE_NANOS = 5_000_000;

  /** How often the others do. */
  private static final long PROBE_NANOS = 20_000_000;

  /** A look at the holders is followed by a rest of so many times its length. */
  private static final int PROBE_SHARE = 10;

  /** A waiting request runs a transaction at least this often, give or take a fifth. */
  private static final long TRANSACT_NANOS = 100_000_000;

  /** How often waiting requests are told anew who holds: a death or a stop changes no byte. */
  private static final long RETELL_NANOS = 1_000_000_000;

  private long probedNanos;
  private long restNanos;
  private long nextTransactNanos;
  private long retoldNanos;

  DirectPace(long nowNanos) {
    this.probedNanos = nowNanos;
    this.nextTransactNanos = nowNanos;
    this.retoldNanos = nowNanos;
  }

  /** Whether those who wait are to be told anew who holds; notes that they are. */
  boolean isTimeToRetell(long nowNanos) {
    boolean due = nowNanos - retoldNanos >= RETELL_NANOS;
    if (due) {
      retoldNanos = nowNanos;
    }
    return due;
  }

  /** Whether those before a waiting request are to be looked at now. */
  boolean isTimeToProbe(boolean isNext, long nowNanos) {
    return nowNanos - probedNanos >= Math.max(isNext ? NEXT_PROBE_NANOS : PROBE_NANOS, restNanos);
  }

  /**
   * Notes that they have been: where many hold, a look takes its time, and is not for all of it.
   */
  void probed(long startNanos, long endNanos) {
    probedNanos = endNanos;
    restNanos = Math.min(PROBE_SHARE * (endNanos - startNanos), TRANSACT_NANOS);
  }

  /** Whether the queue is to be moved on, at the latest; notes that it is. */
  boolean isTimeToTransact(boolean stuck, long nowNanos) {
    if (!stuck && nextTransactNanos - nowNanos > 0) {
      return false;
    }
    long fifth = TRANSACT_NANOS / 5;
    nextTransactNanos =
        nowNanos + TRANSACT_NANOS + ThreadLocalRandom.current().nextLong(-fifth, fifth);
    return true;
  }

  /** How long until these need the next look; for ever if there are none. */
  static long next(Collection<TicketAgent> agents, Set<Long> near, boolean inTrouble) {
    long paceNanos = agents.isEmpty() ? Long.MAX_VALUE : SLOW_NANOS;
    for (TicketAgent agent : agents) {
      boolean isFar = agent.isEstablished() && agent.isWaiting() && !near.contains(agent.ticket());
      paceNanos = Math.min(paceNanos, isFar ? FAR_NANOS : next(agent, inTrouble));
    }
    return paceNanos;
  }

  private static long next(TicketAgent agent, boolean inTrouble) {
    if (agent.isGranted()) {
      return Math.max(Math.min(agent.ttl().toNanos() / 6, SLOW_NANOS), FAST_NANOS / 3);
    }
    return inTrouble ? SLOW_NANOS : FAST_NANOS;
  }

  /** How long until a request that was just asked for needs its first look. */
  static long first(TicketAgent agent) {
    return next(agent, false);
  }
}
