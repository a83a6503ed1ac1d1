package dev.lockbroker.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The client's connection to its broker: none, one being made, or one that serves. Loads nothing of
 * gRPC before a socket file is there. Thread-safe.
 *
 * <p>Connecting has a thread of its own, and waits for a broker that is slow to greet, or stopped,
 * for as long as its stream stands. Nobody waits along for longer than the greeting usually takes:
 * requests go on directly, and move over when the broker has greeted.
 */
final class BrokerLink {
  /** A broker that does not greet within this is not waited for, where there is another way. */
  private static final long GREETING_NANOS = 3_333_000_000L;

  /** Where only a broker will do, a loaded machine may take its time. */
  private static final long REQUIRED_GREETING_NANOS = 30_000_000_000L;

  /** Where only a broker will do, one that is just being restarted is waited for. */
  private static final long RESTART_NANOS = 3_000_000_000L;

  private static final long RESTART_POLL_NANOS = 25_000_000;

  private final Engine engine;
  private final ConnectPace pace = new ConnectPace();
  private volatile @Nullable BrokerSession session;
  private @Nullable Object sessionFile;
  private long sessionSinceNanos;
  private @Nullable Attempt attempt;
  private @Nullable String refusal;
  private boolean warned;
  private boolean closed;
  private @Nullable BrokerStarter starter;

  BrokerLink(Engine engine) {
    this.engine = engine;
  }

  /** One attempt to reach the broker of one socket file. Guarded by its link's monitor. */
  private static final class Attempt {
    final Object file;
    final CompletableFuture<@Nullable BrokerSession> outcome = new CompletableFuture<>();
    @Nullable BrokerSession greeting;
    boolean given;
    boolean slow;

    Attempt(Object file) {
      this.file = file;
    }
  }

  /**
   * The session that serves, made now if there is none and a broker answers.
   *
   * @return null if none answers, or none did a moment ago
   */
  @Nullable Transport session() {
    Attempt current;
    synchronized (this) {
      BrokerSession serving = session;
      if (serving != null && serving.isOpen()) {
        return serving;
      }
      current = begin();
      if (current == null || (current.slow && !isRequired())) {
        return null;
      }
    }
    return await(current);
  }

  private @Nullable BrokerSession await(Attempt current) {
    boolean interrupted = Thread.interrupted();
    try {
      long patience = isRequired() ? REQUIRED_GREETING_NANOS : GREETING_NANOS;
      return current.outcome.get(patience, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
      return null;
    } catch (ExecutionException | TimeoutException e) {
      synchronized (this) {
        current.slow = true;
      }
      return null;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean isRequired() {
    return engine.options().mode() == ClientOptions.Mode.BROKER;
  }

  /** The attempt that is being made, or a new one if it is time; called inside the monitor. */
  private @Nullable Attempt begin() {
    Object file = socketFile();
    Attempt current = attempt;
    if (current != null && (file == null || file.equals(current.file))) {
      return current;
    }
    noteEnd();
    if (file == null && !closed) {
      starter().begin();
    }
    if (closed || file == null || !pace.isTime(file, engine.nanoTime())) {
      return null;
    }
    if (current != null) {
      // Another broker is there now: the one that does not greet is waited for no longer.
      giveUp(current);
    }
    Attempt fresh = new Attempt(file);
    attempt = fresh;
    engine.runAside("lockbroker-connect", () -> connect(fresh));
    return fresh;
  }

  /** Made when it is needed, which for most clients is never; called inside the monitor. */
  private BrokerStarter starter() {
    BrokerStarter current = starter;
    if (current == null) {
      current = new BrokerStarter(engine);
      starter = current;
    }
    return current;
  }

  private synchronized boolean isStarting() {
    return starter != null && starter.isBusy();
  }

  /** The session that served is over: begins to count the time without. */
  private void noteEnd() {
    Object served = sessionFile;
    if (served != null) {
      long now = engine.nanoTime();
      pace.ended(served, now - sessionSinceNanos, now);
      sessionFile = null;
    }
  }

  private static void giveUp(Attempt abandoned) {
    abandoned.given = true;
    BrokerSession connecting = abandoned.greeting;
    if (connecting != null) {
      connecting.hurry();
    }
  }

  private void connect(Attempt mine) {
    BrokerSession serving = null;
    try {
      serving = greeted(mine);
    } catch (NoClassDefFoundError e) {
      // The launcher has left gRPC out, for there was no broker; this one came later (ADR 20).
      serving = null;
    } finally {
      settle(mine, serving);
    }
  }

  private @Nullable BrokerSession greeted(Attempt mine) {
    BrokerSession fresh = BrokerSession.open(engine);
    synchronized (this) {
      mine.greeting = fresh;
      if (mine.given) {
        fresh.hurry();
      }
    }
    boolean answered = fresh.greet();
    if (!answered) {
      synchronized (this) {
        refusal = fresh.refusal();
      }
      fresh.close();
    }
    return answered ? fresh : null;
  }

  private void settle(Attempt mine, @Nullable BrokerSession fresh) {
    String notice = null;
    boolean late;
    synchronized (this) {
      late = mine.given;
      if (attempt == mine) {
        attempt = null;
      }
      if (!late && fresh != null) {
        refusal = null;
        warned = false;
        session = fresh;
        sessionFile = mine.file;
        sessionSinceNanos = engine.nanoTime();
        if (fresh.isOfAnotherVersion() && !closed) {
          starter().replace();
        }
      } else if (!late) {
        notice = failed(mine.file);
      }
    }
    if (late && fresh != null) {
      fresh.close();
    }
    mine.outcome.complete(late ? null : fresh);
    if (notice != null) {
      engine.options().notices().accept(notice);
    }
  }

  /** Notes that nobody serves there; what a person should know of it, once. */
  private @Nullable String failed(Object file) {
    String why = refusal;
    // One that speaks another language will not learn ours.
    boolean hopeless = why != null && !isRequired();
    pace.failed(file, hopeless ? Long.MAX_VALUE / 2 : 0, engine.nanoTime());
    if (why == null && !closed) {
      // Perhaps one that was killed: its file stays.
      starter().begin();
    }
    if (!hopeless || warned) {
      return null;
    }
    warned = true;
    return why + "; going on without it";
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
   * The session that serves; waits a moment for a broker that is just being restarted.
   *
   * @throws UnavailableException if no broker answers
   */
  Transport require() {
    long sinceNanos = engine.nanoTime();
    Transport serving = session();
    while (serving == null
        && refusal() == null
        && !engine.isClosed()
        && !Thread.currentThread().isInterrupted()
        && (engine.nanoTime() - sinceNanos < RESTART_NANOS || isStarting())) {
      LockSupport.parkNanos(RESTART_POLL_NANOS);
      serving = session();
    }
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
   * to each session once. Does not wait for it.
   */
  void attach(Collection<TicketAgent> candidates) {
    BrokerSession serving = session;
    if (serving != null && serving.isOpen()) {
      moveTo(serving, candidates);
    } else if (!candidates.isEmpty()) {
      synchronized (this) {
        Attempt unused = begin();
      }
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
    BrokerSession last;
    synchronized (this) {
      closed = true;
      if (attempt != null) {
        giveUp(attempt);
      }
      if (starter != null) {
        starter.close();
      }
      last = session;
      session = null;
    }
    if (last != null) {
      last.close();
    }
  }
}
