package dev.lockbroker.client;

import dev.lockbroker.core.journal.RunFolder;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.RequestId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request on the client's side, from asking to its end, whichever transport serves it. It keeps
 * the same request id all its life; a transport that it has left is not listened to any more.
 *
 * <p>Guarded by its own monitor: each event is decided inside, and acted upon (futures, listeners,
 * transports) outside of it.
 */
final class TicketAgent {
  private enum State {
    ASKING,
    WAITING,
    HELD,
    LEAVING,
    ENDED
  }

  private final Engine engine;
  private final Lockable lockable;
  private final Claims claims;
  private final LockRequest request;
  private final Nesting nesting;
  private final RequestId id;
  private final long startNanos;
  private final CompletableFuture<TicketAgent> granted = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
  private final List<Consumer<LossCause>> lossListeners = new ArrayList<>();

  private State state = State.ASKING;
  private Transport transport;
  private @Nullable BrokerSession offeredTo;
  private long ticket;
  private long token;
  private long untilNanos;
  private long leavingSinceNanos;
  private boolean prolonged;
  private QueueUpdate lastUpdate = new QueueUpdate(1, 1, List.of());
  private @Nullable LossCause lossCause;
  private boolean violence;
  private @Nullable Future<?> timeout;
  private @Nullable CompletableFuture<@Nullable Void> releasing;
  private @Nullable WaitLog waitLog;

  TicketAgent(
      Engine engine,
      Lockable lockable,
      Claims claims,
      LockRequest request,
      Nesting nesting,
      Transport first) {
    this.engine = engine;
    this.lockable = lockable;
    this.claims = claims;
    this.request = request;
    this.nesting = nesting;
    this.id = engine.newRequestId();
    this.startNanos = engine.nanoTime();
    this.transport = first;
  }

  Lockable lockable() {
    return lockable;
  }

  Claims claims() {
    return claims;
  }

  /** What its owner already held when it asked. */
  Nesting nesting() {
    return nesting;
  }

  RequestId id() {
    return id;
  }

  LeaseKind kind() {
    return request.kind();
  }

  Duration ttl() {
    return request.ttl();
  }

  /** The process that asks. */
  long pid() {
    return engine.host().self().pid();
  }

  String label() {
    return engine.labelOf(request);
  }

  /** Whether it is granted at once or not at all. */
  boolean isImpatient() {
    Duration wait = request.patience();
    return wait != null && wait.isZero();
  }

  boolean wantsUpdates() {
    return request.listener() != null;
  }

  /** Completes with this when it holds, or with a {@link LockException}. */
  CompletableFuture<TicketAgent> granted() {
    return granted;
  }

  /** Completes when the ticket is no more, or cannot be ended for long. */
  CompletableFuture<@Nullable Void> ended() {
    return ended;
  }

  synchronized long ticket() {
    return ticket;
  }

  /** Where the processes that keep its lease are registered. */
  synchronized RunFolder runFolder() {
    return new RunFolder(id, ticket);
  }

  synchronized long token() {
    return token;
  }

  synchronized long untilNanos() {
    return untilNanos;
  }

  synchronized boolean isWaiting() {
    return state == State.ASKING || state == State.WAITING;
  }

  /** Whether it was granted and has neither been given back nor lost, whatever the time. */
  synchronized boolean isGranted() {
    return state == State.HELD;
  }

  synchronized boolean isLeaving() {
    return state == State.LEAVING;
  }

  /** Whether it waits or holds, and by this transport: what is asked for otherwise is left over. */
  synchronized boolean isWantedFrom(Transport from) {
    return transport == from && (isWaiting() || state == State.HELD);
  }

  /** Whether this transport has to end its ticket. */
  synchronized boolean isLeavingFrom(Transport from) {
    return transport == from && state == State.LEAVING;
  }

  /** For how long it has been trying to leave. */
  synchronized long leavingForNanos() {
    return state == State.LEAVING ? engine.nanoTime() - leavingSinceNanos : 0;
  }

  /** Whether the journal has shown its ticket at least once. */
  synchronized boolean isEstablished() {
    return ticket != 0;
  }

  /**
   * C3: the holder believes exactly until the instant that stands in the journal. After it, a lease
   * kept by processes stands as well while one lives; but that is for the journal to say.
   */
  synchronized boolean believes(long nowNanos) {
    return state == State.HELD && untilNanos - nowNanos > 0;
  }

  /** For how long it has been asked for. */
  long ageNanos() {
    return engine.nanoTime() - startNanos;
  }

  /** Whether this session has not been offered the request before; notes that it has been now. */
  synchronized boolean isFirstOfferOf(BrokerSession session) {
    boolean first = transport != session && offeredTo != session;
    offeredTo = session;
    return first;
  }

  /**
   * Whether it is prolonged although it is to be kept by processes: as long as its owner gathers
   * others, there is no process yet.
   */
  synchronized void prolong(boolean wanted) {
    prolonged = wanted;
  }

  /** Whether a broker has served it, or was to: it goes back to the next one. */
  synchronized boolean hasHadBroker() {
    return offeredTo != null;
  }

  /** Whether so little of its time is left that whoever should prolong it does not. */
  synchronized boolean isNeglected(long nowNanos) {
    return state == State.HELD && isKeptByTime() && untilNanos - nowNanos < ttl().toNanos() / 3;
  }

  /** Whether it has used up a third of its time. */
  synchronized boolean isDueForRefresh(long nowNanos) {
    long ttlNanos = ttl().toNanos();
    return state == State.HELD && isKeptByTime() && untilNanos - nowNanos < ttlNanos - ttlNanos / 3;
  }

  private boolean isKeptByTime() {
    return prolonged || kind() == LeaseKind.LEASE;
  }

  synchronized boolean isServedBy(Transport other) {
    return transport == other;
  }

  void start() {
    current().ask(this);
    Duration wait = request.patience();
    if (wait != null && !wait.isZero() && isWaiting()) {
      long leftNanos = startNanos + nanos(wait) - engine.nanoTime();
      setTimeout(engine.schedule(this::timeOut, Math.max(leftNanos, 0)));
    }
  }

  private static long nanos(Duration wait) {
    // 292 years are for ever.
    return wait.compareTo(Duration.ofNanos(Long.MAX_VALUE / 2)) > 0
        ? Long.MAX_VALUE / 2
        : wait.toNanos();
  }

  private synchronized void setTimeout(Future<?> future) {
    timeout = future;
    if (!isWaiting()) {
      future.cancel(false);
    }
  }

  private synchronized void dropTimeout() {
    if (timeout != null) {
      timeout.cancel(false);
      timeout = null;
    }
  }

  private synchronized Transport current() {
    return transport;
  }

  /** Changes the transport; the ticket, or the wish to end it, goes along. */
  void moveTo(Transport next) {
    Transport former;
    boolean leaving;
    synchronized (this) {
      leaving = state == State.LEAVING;
      // A broker that has never heard of the request cannot end its ticket; the journal can.
      if (state == State.ENDED || transport == next || (leaving && next != engine.direct())) {
        return;
      }
      former = transport;
      transport = next;
      if (former instanceof BrokerSession left) {
        offeredTo = left;
      }
    }
    former.forget(this);
    if (leaving) {
      next.withdraw(this);
    } else {
      next.takeOver(this);
    }
  }

  // What transports tell.

  void onQueued(Transport from, long itsTicket, QueueUpdate update) {
    boolean known;
    synchronized (this) {
      if (transport != from || !isWaiting()) {
        return;
      }
      known = state == State.WAITING && update.isSameAs(lastUpdate);
      state = State.WAITING;
      ticket = itsTicket;
      lastUpdate = update;
    }
    waitLog().told(update, engine.host().wallMicros() / 1_000);
    if (from == engine.direct()) {
      engine.deadlocks().waits(this, itsTicket);
    }
    Consumer<QueueUpdate> listener = request.listener();
    if (!known && listener != null) {
      engine.callBack(() -> listener.accept(update));
    }
  }

  void onGranted(Transport from, long itsTicket, long itsToken, long until) {
    boolean first = false;
    boolean another;
    synchronized (this) {
      // What stands in the journal is true whoever serves the request otherwise.
      boolean heard = transport == from || from == engine.direct();
      if (!heard || state == State.ENDED) {
        return;
      }
      boolean known = ticket == itsTicket && token == itsToken;
      another = state == State.HELD && !known;
      if (!another) {
        ticket = itsTicket;
        token = itsToken;
        if (!known || until - untilNanos > 0) {
          // Two tell of the same lease, and the later word may be the older one.
          untilNanos = until;
        }
        first = isWaiting();
        if (first) {
          state = State.HELD;
        }
      }
    }
    if (another) {
      // A broker that had stalled has asked anew for a request whose lease had ended meanwhile:
      // others may have held it in between. What it was granted lapses (PROTOCOL L12).
      onVanished(from, LossCause.EXPIRED);
    }
    if (first) {
      dropTimeout();
      noteWait("granted");
      granted.complete(this);
    }
  }

  /** The deadline as it stands in the journal; anybody may have read it there. */
  synchronized void onRefreshed(long until) {
    if (until - untilNanos > 0) {
      untilNanos = until;
    }
  }

  void onRefused(Transport from, LockException why) {
    synchronized (this) {
      if (transport != from || state == State.ENDED) {
        return;
      }
      state = State.ENDED;
    }
    end();
    noteWait("refused");
    granted.completeExceptionally(why);
  }

  /**
   * The ticket is no more, and not by our wish: asked for again if it never was a lease, unless an
   * administrator has ended it.
   */
  void onVanished(Transport from, LossCause cause) {
    boolean waited;
    boolean again;
    synchronized (this) {
      if (transport != from || state == State.ENDED) {
        return;
      }
      waited = isWaiting();
      again = waited && cause != LossCause.FORCED;
      if (state == State.HELD) {
        lossCause = cause;
      }
      state = again ? State.ASKING : State.ENDED;
    }
    if (again) {
      from.takeOver(this);
      return;
    }
    end();
    if (waited) {
      granted.completeExceptionally(Refusals.forcedOut(this));
    }
    tellLoss();
  }

  void onWithdrawn(Transport from) {
    synchronized (this) {
      if (transport != from || state != State.LEAVING) {
        return;
      }
      state = State.ENDED;
    }
    end();
  }

  /** The ticket cannot be ended now, which its owner does not wait for; it is tried on. */
  void onUnreachable(Transport from) {
    synchronized (this) {
      if (transport != from || state != State.LEAVING) {
        return;
      }
    }
    tellOwner();
  }

  /** Nobody works for it any more: it lapses, or ends with its processes. */
  void abandon() {
    synchronized (this) {
      state = State.ENDED;
    }
    end();
    granted.completeExceptionally(new CancellationException("the client was closed"));
  }

  /** The release was refused because a worker lives: it is a lease as before. */
  void onWorkerAlive(Transport from) {
    CompletableFuture<@Nullable Void> waiting;
    synchronized (this) {
      if (transport != from || state != State.LEAVING) {
        return;
      }
      state = State.HELD;
      waiting = releasing;
    }
    if (waiting != null) {
      waiting.completeExceptionally(Refusals.workerAlive(this));
    }
  }

  private void end() {
    dropTimeout();
    engine.ended(this);
    tellOwner();
  }

  /** Whoever waits for the end of its ticket need not wait any longer. */
  private void tellOwner() {
    CompletableFuture<@Nullable Void> waiting;
    synchronized (this) {
      waiting = releasing;
    }
    ended.complete(null);
    if (waiting != null) {
      waiting.complete(null);
    }
  }

  // What the owner wishes.

  private void timeOut() {
    Duration wait = request.patience();
    QueueUpdate last;
    synchronized (this) {
      last = lastUpdate;
    }
    leaveQueue(
        new LockTimeoutException(
            lockable.shown()
                + " was not free within "
                + (wait == null ? 0 : wait.toMillis())
                + " ms; wait longer, or see 'lockctl status' for who holds it",
            last.holders()));
  }

  /** Stops waiting; a grant that crosses this wish is given back. */
  void cancel() {
    leaveQueue(new CancellationException("the request was cancelled"));
  }

  /** Leaves the queue because nobody could ever get on with everybody waiting. */
  void giveWay(WouldDeadlockException why) {
    leaveQueue(why);
  }

  private void leaveQueue(RuntimeException why) {
    Transport from = beginLeaving();
    if (from != null) {
      dropTimeout();
      try {
        // First: whoever is told is no longer in the queue, where the journal can be had at once.
        from.withdraw(this);
      } finally {
        noteWait(outcomeOf(why));
        granted.completeExceptionally(why);
      }
    }
  }

  private static String outcomeOf(RuntimeException why) {
    if (why instanceof LockTimeoutException) {
      return "timeout";
    }
    return why instanceof CancellationException ? "cancelled" : "refused";
  }

  private synchronized WaitLog waitLog() {
    WaitLog current = waitLog;
    if (current == null) {
      current = new WaitLog();
      waitLog = current;
    }
    return current;
  }

  /** A wait that is over is noted before anybody learns of it: he may end at once. */
  private void noteWait(String outcome) {
    WaitLog current;
    synchronized (this) {
      current = waitLog;
    }
    if (current != null) {
      current.close(this, outcome, ageNanos(), engine.host().wallMicros() / 1_000);
    }
  }

  private synchronized @Nullable Transport beginLeaving() {
    if (!isWaiting()) {
      return null;
    }
    state = State.LEAVING;
    leavingSinceNanos = engine.nanoTime();
    return transport;
  }

  /**
   * Could not be asked for. What is known to have happened does not include that nothing has, so
   * its ticket is ended in case there is one.
   */
  void onUncertain(Transport from, LockException why) {
    synchronized (this) {
      if (transport != from) {
        return;
      }
    }
    leaveQueue(why);
  }

  /**
   * Gives the lease back.
   *
   * @return completes when it is no more or the journal cannot be reached for long, or with a
   *     {@link WorkerAliveException}
   */
  CompletableFuture<@Nullable Void> release() {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    Transport from;
    synchronized (this) {
      if (state != State.HELD) {
        return ended;
      }
      state = State.LEAVING;
      leavingSinceNanos = engine.nanoTime();
      releasing = done;
      from = transport;
    }
    from.withdraw(this);
    return done;
  }

  /** Notes that a process under the lease was ended by a signal: its end is told as a death. */
  synchronized void noteViolence() {
    violence = true;
  }

  synchronized boolean isEndedByViolence() {
    return violence;
  }

  /** Gives it back without waiting for that. */
  void giveBack() {
    CompletableFuture<@Nullable Void> unused = release();
  }

  void onLost(Consumer<LossCause> listener) {
    synchronized (this) {
      lossListeners.add(listener);
    }
    tellLoss();
  }

  synchronized @Nullable LossCause lossCause() {
    return lossCause;
  }

  private void tellLoss() {
    List<Consumer<LossCause>> told;
    LossCause cause;
    synchronized (this) {
      cause = lossCause;
      if (cause == null) {
        return;
      }
      told = List.copyOf(lossListeners);
      lossListeners.clear();
    }
    for (Consumer<LossCause> listener : told) {
      engine.callBack(() -> listener.accept(cause));
    }
  }
}
