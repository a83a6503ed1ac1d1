package dev.lockbroker.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Requests served by the client itself, on the journals. A free lock is granted on the asking
 * thread; for the rest the timer's thread looks at the journals as often as they need it, and not
 * at all when there is nothing to look for. Thread-safe.
 */
final class DirectTransport implements Transport {
  /** Files of idle journals are kept open up to so many; more are opened again when needed. */
  private static final int MOST_IDLE = 64;

  private final Engine engine;
  private final ConcurrentMap<Path, DirectJournal> journals = new ConcurrentHashMap<>();
  private final Runnable tick =
      new Runnable() {
        @Override
        public void run() {
          tick();
        }
      };
  private @Nullable Future<?> next;
  private long nextNanos;

  DirectTransport(Engine engine) {
    this.engine = engine;
  }

  @Override
  public void ask(TicketAgent agent) {
    journal(agent).ask(agent);
    tickWithin(DirectPace.first(agent));
  }

  @Override
  public void takeOver(TicketAgent agent) {
    journal(agent).takeOver(agent);
    tickWithin(0);
  }

  @Override
  public void withdraw(TicketAgent agent) {
    journal(agent).withdraw(agent);
    if (agent.isLeaving()) {
      tickWithin(DirectPace.FAST_NANOS);
    }
  }

  @Override
  public void refresh(TicketAgent agent) {
    journal(agent).refresh(agent);
  }

  @Override
  public void forget(TicketAgent agent) {
    DirectJournal journal = journals.get(agent.lockable().journalDirectory());
    if (journal != null) {
      journal.forget(agent);
    }
  }

  DirectJournal journal(TicketAgent agent) {
    return journal(agent.lockable().journalDirectory());
  }

  DirectJournal journal(Path directory) {
    DirectJournal known = journals.get(directory);
    if (known != null) {
      return known;
    }
    DirectJournal made = new DirectJournal(engine, this, directory);
    DirectJournal other = journals.putIfAbsent(directory, made);
    return other == null ? made : other;
  }

  /** Brings the next tick forward if it is further away: a shorter lease cannot wait for it. */
  private synchronized void tickWithin(long delayNanos) {
    long wantedNanos = engine.nanoTime() + delayNanos;
    Future<?> planned = next;
    if (planned != null) {
      if (nextNanos - wantedNanos <= 0) {
        return;
      }
      planned.cancel(false);
    }
    nextNanos = wantedNanos;
    next = engine.schedule(tick, delayNanos);
  }

  private void tick() {
    synchronized (this) {
      next = null;
    }
    long delayNanos = DirectPace.SLOW_NANOS;
    try {
      attachSome();
      delayNanos = tickAll();
    } finally {
      // Whatever went wrong: somebody may be waiting.
      if (delayNanos < Long.MAX_VALUE) {
        tickWithin(delayNanos);
      }
    }
  }

  private long tickAll() {
    long delayNanos = Long.MAX_VALUE;
    for (DirectJournal journal : journals.values()) {
      long wantedNanos = journal.tick();
      if (wantedNanos == Long.MAX_VALUE && journals.size() > MOST_IDLE) {
        journal.closeIfIdle();
      }
      delayNanos = Math.min(delayNanos, wantedNanos);
    }
    return delayNanos;
  }

  /**
   * Requests that a broker would serve better: all, or those that have waited for long enough, and
   * those that a former broker has served.
   */
  private void attachSome() {
    ClientOptions options = engine.options();
    if (options.mode() == ClientOptions.Mode.DIRECT) {
      return;
    }
    List<TicketAgent> candidates = new ArrayList<>();
    for (DirectJournal journal : journals.values()) {
      for (TicketAgent agent : journal.agents()) {
        if (options.attachAfter().isZero()
            || agent.hasHadBroker()
            || isLate(agent, options.attachAfter())) {
          candidates.add(agent);
        }
      }
    }
    engine.link().attach(candidates);
  }

  private static boolean isLate(TicketAgent agent, Duration limit) {
    return agent.isWaiting() && Duration.ofNanos(agent.ageNanos()).compareTo(limit) > 0;
  }

  void close() {
    for (DirectJournal journal : journals.values()) {
      journal.close();
    }
  }
}
