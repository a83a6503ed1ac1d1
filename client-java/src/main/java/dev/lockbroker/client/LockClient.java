package dev.lockbroker.client;

import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.NoSuchPathException;
import dev.lockbroker.core.repository.RepositoryResolver;
import dev.lockbroker.core.repository.ResolutionException;
import dev.lockbroker.core.table.Claims;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Takes locks. One client is enough for a program; it is thread-safe, uses no thread while nothing
 * is held or waited for, and leaves none behind when it is closed.
 *
 * <pre>{@code
 * try (LockClient client = LockClient.open();
 *     Lease lease = client.acquire(LockRequest.exclusive(path).label("release"))) {
 *   lease.requireHeld();
 *   …
 * }
 * }</pre>
 */
public final class LockClient implements AutoCloseable {
  private final Engine engine;
  private final Holdings holdings;

  private LockClient(ClientOptions options) {
    this.engine = new Engine(options);
    this.holdings = new Holdings(engine);
  }

  /**
   * A client as the environment says.
   *
   * @throws InvalidRequestException if a setting is malformed
   */
  public static LockClient open() {
    return open(ClientOptions.fromEnvironment(System.getenv()));
  }

  /**
   * A client with these options.
   *
   * @throws InvalidRequestException if {@code LOCKBROKER_LEASE} in its environment is malformed
   */
  public static LockClient open(ClientOptions options) {
    return new LockClient(options);
  }

  /**
   * Waits for the lock and takes it. A request covered by a lease of the same owner (the calling
   * thread, unless the request names one) or of an ancestor process is granted at once.
   *
   * @throws InterruptedException if the thread is interrupted; the request has left the queue
   * @throws LockTimeoutException if the request's wait is over; it has left the queue
   * @throws WouldDeadlockException if it would wait for its own owner or ancestor
   * @throws NoSuchRepositoryException if the path does not exist or cannot be resolved
   * @throws InvalidRequestException if the request cannot be carried out as it is
   * @throws UnavailableException if locks cannot be taken there now
   */
  public Lease acquire(LockRequest request) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Object owner = ownerOf(request);
    return taken(owner, begin(owner, request));
  }

  private Lease taken(Object owner, Pending pending) throws InterruptedException {
    return pending.entered != null
        ? lease(pending.entered)
        : lease(holdings.add(owner, awaited(pending.asking())));
  }

  /**
   * Waits for the locks of several repositories and takes all of them or none. They are taken in
   * one order that is the same for everybody, so that such requests alone never deadlock; requests
   * for one repository become one, with all their claims, the shorter ttl and the first label.
   * Together they wait no longer than the least patient of them would.
   *
   * @throws InterruptedException if the thread is interrupted; nothing is held then
   * @throws InvalidRequestException if they cannot be carried out as they are, as when they differ
   *     in owner or in what keeps them
   * @throws LockException as for {@link #acquire}; nothing is held then
   */
  public LeaseGroup acquireAll(List<LockRequest> requests) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    GroupPlan plan = GroupPlan.of(requests, resolve(requests));
    Object owner = plan.owner() == null ? Thread.currentThread() : plan.owner();
    String outer = engine.options().environment().getOrDefault(LeaseTag.VARIABLE, "");
    List<Lease> taken = new ArrayList<>();
    boolean done = false;
    try {
      long startNanos = engine.nanoTime();
      for (GroupPlan.Part part : plan.parts()) {
        LockRequest request = plan.request(part, engine.nanoTime() - startNanos);
        try {
          Pending pending = begin(owner, part.lockable(), part.claims(), request);
          taken.add(taken(owner, pending));
        } catch (LockTimeoutException e) {
          throw plan.late(part, e);
        }
        taken.get(taken.size() - 1).prolong(true);
      }
      LeaseGroup group = new LeaseGroup(outer, taken);
      group.requireHeld();
      done = true;
      return group;
    } finally {
      for (Lease lease : taken) {
        lease.prolong(false);
      }
      if (!done) {
        new LeaseGroup(outer, taken).close();
      }
    }
  }

  private static TicketAgent awaited(TicketAgent agent) throws InterruptedException {
    try {
      return agent.granted().get();
    } catch (InterruptedException e) {
      agent.cancel();
      if (agent.granted().isCompletedExceptionally()) {
        throw e;
      }
      // Granted at the same moment: it must not be left behind.
      agent.giveBack();
      throw e;
    } catch (ExecutionException e) {
      throw unwrapped(e);
    }
  }

  private static RuntimeException unwrapped(ExecutionException e) {
    return e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
  }

  private static Object ownerOf(LockRequest request) {
    Object owner = request.owner();
    return owner != null ? owner : Thread.currentThread();
  }

  /**
   * Takes the lock if it is free and nobody waits for it.
   *
   * @return empty if it is not
   * @throws LockException as for {@link #acquire}
   */
  public Optional<Lease> tryAcquire(LockRequest request) {
    // A thread with a pending interrupt may ask, too: nothing is waited for but the answer.
    boolean interrupted = Thread.interrupted();
    try {
      return Optional.of(acquire(request.noWait()));
    } catch (LockTimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      interrupted = true;
      return Optional.empty();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Asks for the lock and returns at once. The future completes on a thread of the client's for
   * callbacks; cancelling it leaves the queue. Only a request that names its owner enters a lease
   * again.
   *
   * @return completes with the lease, or exceptionally with a {@link LockException}
   */
  public CompletableFuture<Lease> acquireAsync(LockRequest request) {
    Object named = request.owner();
    Object owner = named != null ? named : new Object();
    try {
      Pending pending = begin(owner, request);
      return pending.entered != null
          ? CompletableFuture.completedFuture(lease(pending.entered))
          : future(owner, pending.asking());
    } catch (LockException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<Lease> future(Object owner, TicketAgent agent) {
    CompletableFuture<Lease> result = new CompletableFuture<>();
    CompletableFuture<?> unusedTold =
        agent
            .granted()
            .whenCompleteAsync(
                (granted, failure) -> {
                  if (failure != null) {
                    result.completeExceptionally(failure);
                  } else {
                    hand(granted, owner, result);
                  }
                },
                engine::tellOf);
    // Whoever completes it, in whichever way, has no use for a lease that comes later.
    CompletableFuture<?> unusedWatch = result.whenComplete((lease, failure) -> agent.cancel());
    return result;
  }

  private void hand(TicketAgent granted, Object owner, CompletableFuture<Lease> result) {
    Holding holding = holdings.add(owner, granted);
    // Cancelled at the same moment: it must not be left behind, unless its owner has entered it.
    if (!result.complete(lease(holding)) && holdings.leave(holding)) {
      granted.giveBack();
    }
  }

  /**
   * Runs the body while the lock is held.
   *
   * @throws LeaseLostException if the lease was lost before the body had ended, whatever it
   *     returned
   * @throws Exception what the body throws, or {@link #acquire}
   */
  public <T> T withLock(LockRequest request, Callable<T> body) throws Exception {
    try (Lease lease = acquire(request)) {
      T result = body.call();
      lease.requireHeld();
      return result;
    }
  }

  private Lease lease(Holding holding) {
    return new Lease(engine, holdings, holding);
  }

  private Pending begin(Object owner, LockRequest request) {
    Lockable lockable = resolve(request);
    return begin(owner, lockable, request.claimsIn(lockable), request);
  }

  private Pending begin(Object owner, Lockable lockable, Claims claims, LockRequest request) {
    Holding entered = holdings.enter(owner, lockable, claims);
    return entered != null
        ? new Pending(entered, null)
        : new Pending(null, engine.begin(lockable, claims, request, holdings.nestingOf(owner)));
  }

  private List<Lockable> resolve(List<LockRequest> requests) {
    List<Lockable> places = new ArrayList<>();
    for (LockRequest request : requests) {
      places.add(resolve(request));
    }
    return places;
  }

  private Lockable resolve(LockRequest request) {
    ClientOptions options = engine.options();
    try {
      return RepositoryResolver.resolve(request.path(), options.gitEnvironment(), options.state());
    } catch (NoSuchPathException e) {
      throw new NoSuchRepositoryException(String.valueOf(e.getMessage()), e);
    } catch (ResolutionException e) {
      throw new NoSuchRepositoryException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Leaves all queues, gives all leases back, ends all threads, closes all files. Idempotent. */
  @Override
  public void close() {
    engine.close();
  }

  /** A request that entered a lease, or one that is on its way. */
  private record Pending(@Nullable Holding entered, @Nullable TicketAgent agent) {
    TicketAgent asking() {
      if (agent == null) {
        throw new IllegalStateException("entered already");
      }
      return agent;
    }
  }
}
