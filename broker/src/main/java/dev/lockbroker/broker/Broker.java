package dev.lockbroker.broker;

import dev.lockbroker.core.journal.DeadlockFinder;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.LinuxProcesses;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.repository.KnownRepositories;
import dev.lockbroker.proto.v1.InfoReply;
import dev.lockbroker.proto.v1.LockBrokerGrpc;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;

/**
 * A running broker: the root that wires its parts. It keeps no state that matters; it may be killed
 * at any instant, and everything that is held stays held.
 */
final class Broker implements AutoCloseable, Admin.BrokerFacts {
  private static final Logger LOG = Logger.getLogger(Broker.class.getName());

  /** Threads of the pool stay so long without work: through a burst, not through a night. */
  private static final long IDLE_SECONDS = 5;

  /** What a mailbox, a session or a question may occupy at once at the most. */
  private static final int MOST_THREADS = Limits.REPOSITORIES + Limits.SESSIONS;

  private static final long FAREWELL_MILLIS = 500;

  private final BrokerConfig config;
  private final SocketPlace place;
  private final Host host;
  private final long startedNanos;
  private final ThreadPoolExecutor pool;
  private final ScheduledThreadPoolExecutor timer;
  private final Transport transport;
  private final Repositories repositories;
  private final Sessions sessions;
  private final HealthStatusManager health = new HealthStatusManager();
  private final Server server;
  private final ServiceNotifier notifier;
  private final IdleExit idleExit;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);

  private Broker(BrokerConfig config, Host host, Processes processes, SocketPlace place)
      throws IOException {
    this.config = config;
    this.place = place;
    this.host = host;
    this.startedNanos = host.nanoTime();
    this.pool =
        new ThreadPoolExecutor(
            0,
            MOST_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            threads("lockbrokerd-work-"));
    this.timer = new ScheduledThreadPoolExecutor(1, threads("lockbrokerd-timer-"));
    this.timer.setRemoveOnCancelPolicy(true);
    LiveClients live = new LiveClients();
    ProcessFinder finder = new ProcessFinder(host, processes);
    Deadlocks deadlocks =
        new Deadlocks(new DeadlockFinder(host, processes, config.stateFolder()), pool, timer);
    Services services =
        new Services(host, processes, finder, live, pool, timer, new Watchers(), deadlocks);
    RequestReader reader = new RequestReader(config.stateFolder());
    KnownRepositories notes = new KnownRepositories(config.stateFolder());
    this.repositories = new Repositories(services, notes);
    DeathWatch deathWatch = new DeathWatch(processes, live, timer, pool);
    this.sessions = new Sessions(services, reader, repositories, deathWatch);
    Admin admin = new Admin(services, reader, repositories, notes, this);
    this.transport = Transport.open(config.epoll(), host.uid());
    PassedSocket passed = config.passed();
    this.server =
        server(
            passed != null ? transport.serverOf(passed) : transport.serverAt(place.birthplace()),
            admin);
    this.notifier = ServiceNotifier.of(config.environment());
    this.idleExit =
        new IdleExit(
            services, sessions, repositories, notes, notifier, config.idleExitNanos(), this::close);
  }

  private Server server(NettyServerBuilder builder, Admin admin) {
    builder
        .directExecutor()
        .intercept(Peer.interceptor())
        .maxInboundMessageSize(Limits.MESSAGE_BYTES)
        .maxConcurrentCallsPerConnection(Limits.CALLS_PER_CONNECTION)
        .handshakeTimeout(Limits.HANDSHAKE.toMillis(), TimeUnit.MILLISECONDS)
        // A client may ask as often as it likes whether we are there: it is on this machine.
        .permitKeepAliveTime(1, TimeUnit.MILLISECONDS)
        .permitKeepAliveWithoutCalls(true)
        .addService(sessions)
        .addService(admin)
        .addService(health.getHealthService());
    addReflection(builder);
    return builder.build();
  }

  @SuppressWarnings("deprecation") // Many tools still ask for v1alpha only.
  private static void addReflection(NettyServerBuilder builder) {
    builder
        .addService(ProtoReflectionServiceV1.newInstance())
        .addService(io.grpc.protobuf.services.ProtoReflectionService.newInstance());
  }

  private static ThreadFactory threads(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Starts a broker.
   *
   * @throws StartException if the socket's place cannot be used, or another broker has it
   */
  static Broker start(BrokerConfig config) throws IOException, StartException {
    Host host = LinuxHost.current();
    SocketPlace place = new SocketPlace(config.socket(), host.uid(), config.passed() != null);
    place.take();
    boolean done = false;
    try {
      Processes processes = new LinuxProcesses(host, Path.of("/proc"));
      Broker broker = new Broker(config, host, processes, place);
      broker.listen();
      done = true;
      return broker;
    } finally {
      if (!done) {
        place.release();
      }
    }
  }

  private void listen() throws IOException {
    boolean done = false;
    try {
      server.start();
      place.reveal();
      health.setStatus(LockBrokerGrpc.SERVICE_NAME, ServingStatus.SERVING);
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
    LOG.info(
        "lockbrokerd "
            + Version.TEXT
            + " listens on "
            + place.socket()
            + " ("
            + transport.name()
            + (config.passed() == null ? ")" : ", passed)"));
    if (notifier.isWanted() || config.idleExitNanos() != IdleWatch.NEVER) {
      idleExit.start();
    }
    notifier.ready("listens on " + place.socket());
  }

  /** Where clients find it. */
  Path socket() {
    return place.socket();
  }

  @Override
  public InfoReply info() {
    return InfoReply.newBuilder()
        .setVersion(Version.TEXT)
        .setProtocolMajor(Session.PROTOCOL_MAJOR)
        .setProtocolMinor(Session.PROTOCOL_MINOR)
        .setPid(host.self().pid())
        .setUptimeMillis((host.nanoTime() - startedNanos) / 1_000_000)
        .setSocket(place.socket().toString())
        .setLogFile(config.logFile().toString())
        .setStateFolder(config.stateFolder().toString())
        .setSessions(sessions.size())
        .setRepositories(repositories.size())
        .build();
  }

  @Override
  public void drain() {
    // Not on this thread: it is an event loop, and has the answer yet to send.
    Thread thread = new Thread(this::close, "lockbrokerd-drain");
    thread.start();
  }

  /** Waits until the broker has been closed or drained. */
  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Ends in order, within about a second. Only the first call does something. */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    notifier.stopping();
    // First of all: a client that is sent away must not come back here.
    place.hide();
    health.enterTerminalState();
    sessions.drain();
    server.shutdown();
    try {
      if (!server.awaitTermination(FAREWELL_MILLIS, TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        server.awaitTermination(FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    repositories.closeAll();
    timer.shutdownNow();
    pool.shutdown();
    place.release();
    transport.close();
    LOG.info("lockbrokerd has ended");
    ended.countDown();
  }
}
