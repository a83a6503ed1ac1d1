package dev.lockbroker.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The client's connection to its broker: none, one being made, or one that serves. Loads nothing of
 * gRPC before a socket file is there. Thread-safe.
 */
final class BrokerLink {
  private final Engine engine;
  private final AtomicBoolean attaching = new AtomicBoolean();
  private volatile @Nullable BrokerSession session;
  private volatile @Nullable BrokerSession greeting;
  private final ConnectPace pace = new ConnectPace();
  private @Nullable String refusal;
  private boolean warned;
  private volatile boolean closed;

  BrokerLink(Engine engine) {
    this.engine = engine;
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
    Object file = socketFile();
    if (file == null || !mayConnect(file)) {
      return null;
    }
    long beganNanos = engine.nanoTime();
    BrokerSession fresh = connect();
    if (fresh == null) {
      pause(file, engine.nanoTime() - beganNanos);
      return null;
    }
    pace.succeeded();
    warned = false;
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
    refusal = fresh.refusal();
    if (!answered) {
      fresh.close();
    }
    return answered ? fresh : null;
  }

  /** Asked without the monitor too, which is held while somebody connects. */
  private boolean mayConnect(@Nullable Object file) {
    return !closed && pace.isTime(file, engine.nanoTime());
  }

  /** What tells one socket file from another, though the file system uses its number again. */
  private @Nullable Object socketFile() {
    try {
      BasicFileAttributes file =
          Files.readAttributes(engine.options().socket(), BasicFileAttributes.class);
      return List.of(String.valueOf(file.fileKey()), file.lastModifiedTime());
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * A broker that accepts and then says nothing costs a tenth of the time at the most, where there
   * is another way. One that speaks another language will not learn ours.
   */
  private void pause(Object file, long triedForNanos) {
    boolean required = engine.options().mode() == ClientOptions.Mode.BROKER;
    String why = refusal;
    long atLeastNanos = why != null ? Long.MAX_VALUE / 2 : 10 * triedForNanos;
    pace.failed(file, required ? 0 : atLeastNanos, engine.nanoTime());
    if (why != null && !required && !warned) {
      warned = true;
      engine.options().notices().accept(why + "; going on without it");
    }
  }

  /**
   * The session that serves.
   *
   * @throws UnavailableException if no broker answers
   */
  Transport require() {
    Transport serving = session();
    if (serving == null) {
      String why = refusal();
      if (why != null && socketFile() != null) {
        throw new UnavailableException(UnavailableException.Cause.NO_BROKER, why, null);
      }
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

  private synchronized @Nullable String refusal() {
    return refusal;
  }

  /**
   * Moves requests that the journal alone serves to a broker, if there is one now; each is offered
   * to each session once. Connecting takes its time, so that happens on a thread of its own.
   */
  void attach(Collection<TicketAgent> candidates) {
    BrokerSession serving = session;
    if (serving != null && serving.isOpen()) {
      moveTo(serving, candidates);
    } else if (!candidates.isEmpty() && attaching.compareAndSet(false, true)) {
      boolean begun = false;
      try {
        if (mayConnect(socketFile())) {
          engine.runAside("lockbroker-connect", () -> connectAndMove(List.copyOf(candidates)));
          begun = true;
        }
      } finally {
        if (!begun) {
          attaching.set(false);
        }
      }
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
