package dev.lockbroker.broker;

import dev.lockbroker.core.journal.DeadlockFinder;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.core.table.WaitGraph.Reach;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether requests that wait while their asker holds something wait for themselves, by way of
 * whatever repositories and whoever serves the others, and has those refused that do.
 *
 * <p>Each is looked at as soon as its ticket stands in the journal; once more a moment later,
 * because of two that ask at one instant the younger may have looked before the older could be
 * read; and then every second, should somebody not have done his part. Looks happen on the pool,
 * one at a time; nobody waits for them. Safe for use by several threads.
 */
final class Deadlocks {
  /** Longer than any transaction takes between its time and its line. */
  private static final long MOMENT_NANOS = 50_000_000;

  private static final long PERIOD_NANOS = 1_000_000_000;

  /** So long the youngest of a cycle has time to give way; then anybody in it does. */
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  private final DeadlockFinder finder;
  private final Executor pool;
  private final ScheduledExecutorService timer;

  Deadlocks(DeadlockFinder finder, Executor pool, ScheduledExecutorService timer) {
    this.finder = finder;
    this.pool = pool;
    this.timer = timer;
  }

  /**
   * A look at one ticket.
   *
   * @param inCycleSinceNanos since when it has been seen in a cycle that is another's to break; 0
   *     if it was not
   */
  private record Look(
      Repository repository, Seat seat, long ticket, boolean periodic, long inCycleSinceNanos) {
    Look next(long since) {
      return new Look(repository, seat, ticket, true, since);
    }
  }

  /** A seat has been queued; called in its repository's mailbox. */
  void waits(Repository repository, Seat seat, Ticket ticket) {
    if (!ticket.inside().isEmpty() && seat.isFirstWatchOf(ticket.number())) {
      onPool(new Look(repository, seat, ticket.number(), false, 0));
    }
  }

  private void onPool(Look look) {
    try {
      pool.execute(() -> run(look));
    } catch (RejectedExecutionException e) {
      // The broker ends.
    }
  }

  private void run(Look look) {
    String sentence = find(look, Reach.OWN);
    long since = 0;
    if (sentence == null && look.periodic) {
      String others = find(look, Reach.ANY);
      long now = look.repository.nanoTime();
      since = others == null ? 0 : look.inCycleSinceNanos == 0 ? now : look.inCycleSinceNanos;
      sentence = since != 0 && now - since >= PATIENCE_NANOS ? others : null;
    }
    if (sentence != null) {
      look.repository.submit(EndErrand.deadlock(look.seat, look.ticket, sentence));
    }
    // Also after a refusal: it may not have come through yet.
    lookLater(look.next(since), look.periodic ? PERIOD_NANOS : MOMENT_NANOS);
  }

  private synchronized @Nullable String find(Look look, Reach reach) {
    Repository repository = look.repository;
    RequestId request = new RequestId(look.seat.requestId());
    return finder.find(
        repository.journalDirectory(),
        request,
        reach,
        Map.of(repository.journalDirectory(), repository.shown()));
  }

  private void lookLater(Look look, long delayNanos) {
    Runnable ask = () -> look.repository.submit(new Question<>(there -> lookAgain(there, look)));
    try {
      var unused = timer.schedule(ask, delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The broker ends.
    }
  }

  /** In the mailbox: goes on as long as the seat waits there. */
  private boolean lookAgain(Repository repository, Look look) {
    boolean there = repository.seats().ofRequest(look.seat.requestId()) == look.seat;
    boolean waits = there && look.seat.waitsWith(look.ticket);
    if (waits) {
      onPool(look);
    }
    return waits;
  }
}
