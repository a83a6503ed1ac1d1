package dev.lockbroker.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Requests served by the client itself, on the journals. A free lock is granted on the asking
 * thread; for the rest the timer's thread looks at the journals as often as they need it, and not
 * at all when there is nothing to look for. Thread-safe.
 */
final class DirectTransport implements Transport {
  private final Engine engine;
  private final ConcurrentMap<Path, DirectJournal> journals = new ConcurrentHashMap<>();
  private final AtomicBoolean ticking = new AtomicBoolean();

  DirectTransport(Engine engine) {
    this.engine = engine;
  }

  @Override
  public void ask(TicketAgent agent) {
    journal(agent).ask(agent);
    tickIfNeeded();
  }

  @Override
  public void withdraw(TicketAgent agent) {
    journal(agent).withdraw(agent);
    tickIfNeeded();
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
    return journals.computeIfAbsent(directory, place -> new DirectJournal(engine, this, place));
  }

  private void tickIfNeeded() {
    if (ticking.get() || !hasAgents() || !ticking.compareAndSet(false, true)) {
      return;
    }
    engine.later(this::tick, DirectJournal.FAST_NANOS);
  }

  private boolean hasAgents() {
    for (DirectJournal journal : journals.values()) {
      if (journal.hasAgents()) {
        return true;
      }
    }
    return false;
  }

  private void tick() {
    attachSome();
    long nextNanos = Long.MAX_VALUE;
    for (DirectJournal journal : journals.values()) {
      nextNanos = Math.min(nextNanos, journal.tick());
    }
    if (nextNanos < Long.MAX_VALUE) {
      engine.later(this::tick, nextNanos);
    } else {
      ticking.set(false);
      tickIfNeeded();
    }
  }

  /** Requests that a broker would serve better: all, or those that have waited for long enough. */
  private void attachSome() {
    ClientOptions options = engine.options();
    if (options.mode() == ClientOptions.Mode.DIRECT) {
      return;
    }
    long attachAfterNanos = options.attachAfter().toNanos();
    List<TicketAgent> candidates = new ArrayList<>();
    for (DirectJournal journal : journals.values()) {
      for (TicketAgent agent : journal.agents()) {
        if (attachAfterNanos == 0 || (agent.isWaiting() && agent.ageNanos() > attachAfterNanos)) {
          candidates.add(agent);
        }
      }
    }
    engine.link().attach(candidates);
  }

  void close() {
    for (DirectJournal journal : journals.values()) {
      journal.close();
    }
  }
}
