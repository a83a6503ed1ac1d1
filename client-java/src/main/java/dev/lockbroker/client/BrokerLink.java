package dev.lockbroker.client;

import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The client's connection to its broker: none, one being made, or one that serves. Loads nothing of
 * gRPC before a socket file is there. Thread-safe.
 */
final class BrokerLink {
  private static final long FIRST_PAUSE_NANOS = 100_000_000;
  private static final long LONGEST_PAUSE_NANOS = 5_000_000_000L;

  private final Engine engine;
  private final AtomicBoolean attaching = new AtomicBoolean();
  private volatile @Nullable BrokerSession session;
  private volatile @Nullable BrokerSession greeting;
  private long pauseNanos = FIRST_PAUSE_NANOS;
  private volatile long notBeforeNanos;
  private volatile boolean closed;

  BrokerLink(Engine engine) {
    this.engine = engine;
    this.notBeforeNanos = engine.nanoTime();
  }

  /**
   * The session that serves, made now if there is none and a broker answers.
   *
   * @return null if none answers, or none did a moment ago
   */
  synchronized @Nullable Transport session() {
    BrokerSession serving = session;
    if (serving != null && serving.isOpen()) {
      return serving;
    }
    if (!mayConnect()) {
      return null;
    }
    long beganNanos = engine.nanoTime();
    BrokerSession fresh = connect();
    if (fresh == null) {
      pause(engine.nanoTime() - beganNanos);
      return null;
    }
    pauseNanos = FIRST_PAUSE_NANOS;
    session = fresh;
    return fresh;
  }

  private @Nullable BrokerSession connect() {
    BrokerSession fresh = BrokerSession.open(engine);
    greeting = fresh;
    if (closed) {
      fresh.hurry();
    }
    boolean answered = fresh.greet();
    greeting = null;
    if (!answered) {
      fresh.close();
    }
    return answered ? fresh : null;
  }

  /** Asked without the monitor too, which is held while somebody connects. */
  private boolean mayConnect() {
    return !closed
        && engine.nanoTime() - notBeforeNanos >= 0
        && Files.exists(engine.options().socket());
  }

  /**
   * Jittered, so that all clients of a broker that comes back do not come at once. A broker that
   * accepts and then says nothing costs a tenth of the time at the most, where there is another
   * way.
   */
  private void pause(long triedForNanos) {
    long jittered = ThreadLocalRandom.current().nextLong(pauseNanos);
    boolean required = engine.options().mode() == ClientOptions.Mode.BROKER;
    notBeforeNanos = engine.nanoTime() + Math.max(jittered, required ? 0 : 10 * triedForNanos);
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
  }

  /**
   * The session that serves.
   *
   * @throws UnavailableException if no broker answers
   */
  Transport require() {
    Transport serving = session();
    if (serving == null) {
      throw new UnavailableException(
          UnavailableException.Cause.NO_BROKER,
          "no broker answers on "
              + engine.options().socket()
              + "; start one with 'lockctl broker start', or allow direct mode"
              + " (LOCKBROKER_MODE=auto)",
          null);
    }
    return serving;
  }

  /**
   * Moves requests that the journal alone serves to a broker, if there is one now; each is offered
   * to each session once. Connecting takes its time, so that happens on a thread of its own.
   */
  void attach(Collection<TicketAgent> candidates) {
    BrokerSession serving = session;
    if (serving != null && serving.isOpen()) {
      moveTo(serving, candidates);
    } else if (!candidates.isEmpty() && mayConnect() && attaching.compareAndSet(false, true)) {
      engine.runAside("lockbroker-connect", () -> connectAndMove(List.copyOf(candidates)));
    }
  }

  private void connectAndMove(List<TicketAgent> candidates) {
    try {
      if (session() instanceof BrokerSession fresh) {
        moveTo(fresh, candidates);
      }
    } finally {
      attaching.set(false);
    }
  }

  private static void moveTo(BrokerSession serving, Collection<TicketAgent> candidates) {
    for (TicketAgent agent : candidates) {
      if (agent.isFirstOfferOf(serving)) {
        agent.moveTo(serving);
      }
    }
  }

  void forget(TicketAgent agent) {
    BrokerSession serving = session;
    if (serving != null) {
      serving.forget(agent);
    }
  }

  void close() {
    // Whoever waits for a greeting does so inside the monitor.
    closed = true;
    BrokerSession connecting = greeting;
    if (connecting != null) {
      connecting.hurry();
    }
    BrokerSession last;
    synchronized (this) {
      last = session;
      session = null;
    }
    if (last != null) {
      last.close();
    }
  }
}
