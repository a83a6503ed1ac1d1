package dev.lockbroker.client;

import dev.lockbroker.core.journal.JournalException.Fault;
import dev.lockbroker.core.journal.RandomBits;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.LinuxProcesses;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.RequestId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What the requests of one client share: transports, timer, the thread for callbacks. Thread-safe.
 *
 * <p>Three threads at the most besides the transport's: one for time (polling, heartbeats,
 * time-outs), one for the user's listeners, one for bells, made on first use and gone after {@link
 * #close}.
 *
 * <p>Classes with names where lambdas would do are on the way of a command line that lives for one
 * lock: linking a lambda costs it more than running it.
 */
final class Engine {
  /** How long closing waits for leases to be given back before it leaves them to lapse. */
  private static final long CLOSE_MILLIS = 5_000;

  private final ClientOptions options;
  private final Host host;
  private final Processes processes;
  private final DirectTransport direct;
  private final Bells bells;
  private final BrokerLink link;
  private final DeadlockWatch deadlocks;
  private final Set<TicketAgent> agents = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor timer;
  private @Nullable ExecutorService callbacks;
  private volatile boolean closed;

  Engine(ClientOptions options) {
    this.options = options;
    this.host = LinuxHost.current();
    this.processes = new LinuxProcesses(host, Path.of("/proc"));
    this.timer = new ScheduledThreadPoolExecutor(1, daemons("lockbroker-timer"));
    this.timer.setRemoveOnCancelPolicy(true);
    this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.direct = new DirectTransport(this);
    this.bells = new Bells(this);
    this.link = new BrokerLink(this);
    this.deadlocks = new DeadlockWatch(this);
  }

  private ThreadFactory daemons(String name) {
    return new ThreadFactory() {
      @Override
      public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
      }
    };
  }

  /** Runs once on a thread of its own. */
  void runAside(String name, Runnable task) {
    aside(name, task).start();
  }

  /** A thread of its own for a task, to be started. */
  Thread aside(String name, Runnable task) {
    Runnable ending =
        () -> {
          try {
            task.run();
          } finally {
            threads.remove(Thread.currentThread());
          }
        };
    return daemons(name).newThread(guarded(ending));
  }

  ClientOptions options() {
    return options;
  }

  Host host() {
    return host;
  }

  Processes processes() {
    return processes;
  }

  DirectTransport direct() {
    return direct;
  }

  DeadlockWatch deadlocks() {
    return deadlocks;
  }

  Bells bells() {
    return bells;
  }

  BrokerLink link() {
    return link;
  }

  Set<TicketAgent> agents() {
    return agents;
  }

  long nanoTime() {
    return host.nanoTime();
  }

  RequestId newRequestId() {
    return RandomBits.requestId();
  }

  String labelOf(LockRequest request) {
    return request.label().isEmpty() ? options.label() : request.label();
  }

  boolean isClosed() {
    return closed;
  }

  /**
   * Starts a request.
   *
   * @throws UnavailableException if the client is closed, or a broker is required and none answers
   */
  TicketAgent begin(Lockable lockable, Claims claims, LockRequest request, Nesting nesting) {
    requireOpen();
    TicketAgent agent = new TicketAgent(this, lockable, claims, request, nesting, firstTransport());
    agents.add(agent);
    if (closed) {
      // Closing may have looked at all agents before this one was there.
      agents.remove(agent);
      requireOpen();
    }
    agent.start();
    return agent;
  }

  private void requireOpen() {
    if (closed) {
      throw new UnavailableException(
          UnavailableException.Cause.CLOSED, "this client is closed; open another one", null);
    }
  }

  private Transport firstTransport() {
    return switch (options.mode()) {
      case DIRECT -> direct;
      case BROKER -> link.require();
      case AUTO -> {
        Transport session = options.attachAfter().isZero() ? link.session() : null;
        yield session != null ? session : direct;
      }
    };
  }

  /**
   * Hands a request to a broker, if there is one, that may use a journal which this process may
   * not. May wait for the broker's greeting.
   */
  boolean handOver(TicketAgent agent, Fault fault) {
    Transport session = mayHandOver(agent, fault) ? link.session() : null;
    if (session == null) {
      return false;
    }
    agent.moveTo(session);
    return true;
  }

  /** Whether a broker that has not been asked yet might do better. */
  boolean mayHandOver(TicketAgent agent, Fault fault) {
    boolean mayHelp = fault == Fault.NOT_WRITABLE || fault == Fault.OTHER_CLOCK;
    return mayHelp && options.mode() == ClientOptions.Mode.AUTO && !agent.hasHadBroker();
  }

  void ended(TicketAgent agent) {
    agents.remove(agent);
    direct.forget(agent);
    link.forget(agent);
  }

  /** Runs on the timer's thread; dropped if the client is closed. */
  Future<?> schedule(Runnable task, long delayNanos) {
    try {
      return timer.schedule(guarded(task), delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(null);
    }
  }

  /** Runs on the timer's thread some time; dropped if the client is closed. */
  void later(Runnable task, long delayNanos) {
    Future<?> unused = schedule(task, delayNanos);
  }

  /** Calls a user's listener, one at a time, never on the thread that brought the news. */
  void callBack(Runnable listener) {
    try {
      callbacks().execute(guarded(listener));
    } catch (RejectedExecutionException e) {
      // The client is closed; nobody is told anything any more.
    }
  }

  /** Like {@link #callBack}, for what somebody may wait for: also when the client is closed. */
  void tellOf(Runnable outcome) {
    try {
      callbacks().execute(guarded(outcome));
    } catch (RejectedExecutionException e) {
      outcome.run();
    }
  }

  private synchronized ExecutorService callbacks() {
    ExecutorService current = callbacks;
    if (current == null) {
      current = Executors.newSingleThreadExecutor(daemons("lockbroker-callbacks"));
      callbacks = current;
      if (closed) {
        current.shutdown();
      }
    }
    return current;
  }

  /** A listener that throws must not end the thread that serves the others. */
  private static Runnable guarded(Runnable task) {
    return new Runnable() {
      @Override
      public void run() {
        try {
          task.run();
        } catch (RuntimeException e) {
          Logger.getLogger("dev.lockbroker.client").log(Level.WARNING, "a task failed", e);
        }
      }
    };
  }

  /** Leaves all queues, gives all leases back, and ends all threads. Idempotent. */
  void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    // All leave the queue before any gives its lease back, or that would be granted to the next
    // one.
    for (TicketAgent agent : agents) {
      agent.cancel();
    }
    List<CompletableFuture<?>> leaving = new ArrayList<>();
    for (TicketAgent agent : agents) {
      leaving.add(agent.release());
    }
    // An interrupt is put aside: what is not waited for might never reach the broker.
    boolean interrupted = Thread.interrupted();
    interrupted |= !leaving.isEmpty() && awaitAll(leaving);
    link.close();
    bells.close();
    timer.shutdownNow();
    // Nobody works for these any more, so nobody may wait for them. They lapse.
    for (TicketAgent agent : agents) {
      agent.abandon();
    }
    ExecutorService current;
    synchronized (this) {
      current = callbacks;
    }
    if (current != null) {
      current.shutdown();
    }
    interrupted |= awaitThreads();
    direct.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for all of them together; whether there was an interrupt meanwhile. */
  private static boolean awaitAll(List<CompletableFuture<?>> futures) {
    CompletableFuture<?> all =
        CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0]));
    return withoutInterrupt(leftMillis -> all.get(leftMillis, TimeUnit.MILLISECONDS));
  }

  /** A listener may close its own client, and then its thread cannot be waited for. */
  private boolean awaitThreads() {
    return withoutInterrupt(
        new Wait() {
          @Override
          public void await(long leftMillis) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(leftMillis);
            for (Thread thread : threads) {
              long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
              if (thread != Thread.currentThread() && left > 0) {
                thread.join(left);
              }
            }
          }
        });
  }

  /** Something that is waited for, so many milliseconds at the most. */
  private interface Wait {
    void await(long leftMillis) throws InterruptedException, ExecutionException, TimeoutException;
  }

  /** Waits, however often it is interrupted; returns whether it was. */
  private static boolean withoutInterrupt(Wait wait) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
    boolean interrupted = false;
    while (true) {
      try {
        wait.await(Math.max(TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()), 1));
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException | TimeoutException e) {
        // Leases that could not be given back lapse, or end with their workers.
        return interrupted;
      }
    }
  }
}
