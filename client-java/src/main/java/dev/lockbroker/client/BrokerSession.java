package dev.lockbroker.client;

import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.proto.v1.Acquire;
import dev.lockbroker.proto.v1.BrokerMessage;
import dev.lockbroker.proto.v1.Cancel;
import dev.lockbroker.proto.v1.ClientMessage;
import dev.lockbroker.proto.v1.Heartbeat;
import dev.lockbroker.proto.v1.Hello;
import dev.lockbroker.proto.v1.LeaseRef;
import dev.lockbroker.proto.v1.LockBrokerGrpc;
import dev.lockbroker.proto.v1.Mode;
import dev.lockbroker.proto.v1.Process;
import dev.lockbroker.proto.v1.Release;
import dev.lockbroker.proto.v1.Resume;
import dev.lockbroker.proto.v1.Welcome;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One stream to a broker, and the requests that it serves. A stream that breaks, or that leaves a
 * message unanswered for a third of the shortest ttl, is left for good, and its requests go on
 * directly; whatever it still says is not listened to.
 *
 * <p>Thread-safe. Sending is serialized by its own monitor; what comes in is translated on the I/O
 * thread and handed to the agents, which do not block.
 */
final class BrokerSession implements Transport {
  static final int PROTOCOL_MAJOR = 1;
  static final int PROTOCOL_MINOR = 0;

  private static final long LONGEST_PULSE_NANOS = 3_333_000_000L;

  /** What a broker says of why it does not serve is cut there. */
  private static final int LONGEST_REFUSAL = 500;

  /** A shorter silence is more likely a pause of this JVM than of the broker. */
  private static final long SHORTEST_SILENCE_NANOS = 100_000_000;

  private final Engine engine;
  private final SocketChannels sockets;
  private final StreamObserver<ClientMessage> stream;
  private final CompletableFuture<Welcome> welcome = new CompletableFuture<>();
  private final ConcurrentMap<RequestId, TicketAgent> agents = new ConcurrentHashMap<>();
  private volatile boolean open = true;
  private volatile @Nullable String refusal;
  private volatile long unansweredSinceNanos;
  private volatile boolean unanswered;
  private volatile long pulseNanos = LONGEST_PULSE_NANOS;
  private @Nullable Future<?> nextBeat;

  private BrokerSession(Engine engine) {
    this.engine = engine;
    this.sockets = SocketChannels.open(engine.options().socket());
    this.stream = LockBrokerGrpc.newStub(sockets.channel()).session(new Inbound());
  }

  /** Connects; it serves nobody before it has greeted. */
  static BrokerSession open(Engine engine) {
    return new BrokerSession(engine);
  }

  /** Does not wait for an answer to the greeting any longer; on any thread. */
  void hurry() {
    welcome.completeExceptionally(new IllegalStateException("the client is closed"));
  }

  /**
   * Greets, and waits until that is answered or the stream has ended, or {@link #hurry} is called.
   *
   * @return false if nobody answers, or only a broker of another major version
   */
  boolean greet() {
    ProcessIdentity self = engine.host().self();
    Hello hello =
        Hello.newBuilder()
            .setProtocolMajor(PROTOCOL_MAJOR)
            .setProtocolMinor(PROTOCOL_MINOR)
            .setClientVersion(version())
            .setLabel(engine.options().label())
            .setProcess(
                Process.newBuilder()
                    .setPid(self.pid())
                    .setStartTicks(self.startTicks())
                    .setPidNamespace(self.pidNamespace())
                    .setUid(self.uid()))
            .build();
    send(ClientMessage.newBuilder().setHello(hello).build());
    try {
      Welcome answer = welcome.join();
      boolean same = answer.getProtocolMajor() == PROTOCOL_MAJOR;
      if (!same) {
        refusal = differentVersion(answer);
      }
      return same;
    } catch (CompletionException e) {
      return false;
    }
  }

  private String differentVersion(Welcome answer) {
    return "the broker on "
        + Printable.text(engine.options().socket().toString())
        + " ("
        + Printable.text(answer.getBrokerVersion())
        + ") speaks version "
        + answer.getProtocolMajor()
        + " of the protocol, this client ("
        + version()
        + ") version "
        + PROTOCOL_MAJOR
        + "; upgrade the older of the two, 'lockctl broker restart' of the newer one replaces the"
        + " broker";
  }

  /** Why it does not serve, if it said so: it speaks another version. Null if it did not. */
  @Nullable String refusal() {
    return refusal;
  }

  /** Whether the broker that greeted is of another release than this client. */
  boolean isOfAnotherVersion() {
    Welcome answer = welcome.getNow(Welcome.getDefaultInstance());
    return !answer.getBrokerVersion().equals(version());
  }

  private static String version() {
    String version = BrokerSession.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  boolean isOpen() {
    return open;
  }

  @Override
  public void ask(TicketAgent agent) {
    ClientMessage.Builder message = ClientMessage.newBuilder();
    if (agent.isEstablished()) {
      message.setResume(Resume.newBuilder().setRequest(acquire(agent)).setToken(agent.token()));
    } else {
      message.setAcquire(acquire(agent));
    }
    synchronized (this) {
      agents.put(agent.id(), agent);
      // Looked at in here: whoever wants it no longer sends its wish after this message.
      if (!agent.isWantedFrom(this)) {
        agents.remove(agent.id(), agent);
        return;
      }
      send(message.build());
    }
    pulse(agent.ttl());
    leaveIfClosed(agent);
  }

  @Override
  public void takeOver(TicketAgent agent) {
    ask(agent);
  }

  private static Acquire acquire(TicketAgent agent) {
    Acquire.Builder acquire =
        Acquire.newBuilder()
            .setRequestId(agent.id().hex())
            .setPath(agent.lockable().key().toString())
            .setJournalDirectory(agent.lockable().journalDirectory().toString())
            .setTtlMillis(agent.ttl().toMillis())
            .setLabel(agent.label())
            .setKind(kindOf(agent.kind()));
    if (agent.isImpatient()) {
      acquire.setWaitMillis(0);
    }
    for (Claim claim : agent.claims().list()) {
      acquire.addClaims(
          dev.lockbroker.proto.v1.Claim.newBuilder()
              .setMode(claim.mode() == LockMode.SHARED ? Mode.MODE_SHARED : Mode.MODE_EXCLUSIVE)
              .setScope(claim.scope().path()));
    }
    for (RequestId outer : agent.nesting().inside().requests()) {
      acquire.addWhileHolding(outer.hex());
    }
    return acquire.build();
  }

  private static dev.lockbroker.proto.v1.LeaseKind kindOf(LeaseKind kind) {
    return kind == LeaseKind.RUN
        ? dev.lockbroker.proto.v1.LeaseKind.LEASE_KIND_RUN
        : dev.lockbroker.proto.v1.LeaseKind.LEASE_KIND_LEASE;
  }

  @Override
  public void withdraw(TicketAgent agent) {
    ClientMessage.Builder message = ClientMessage.newBuilder();
    if (agent.token() != 0) {
      message.setRelease(
          Release.newBuilder()
              .setRequestId(agent.id().hex())
              .setTicket(agent.ticket())
              .setViolent(agent.isEndedByViolence()));
    } else {
      message.setCancel(Cancel.newBuilder().setRequestId(agent.id().hex()));
    }
    synchronized (this) {
      if (agents.get(agent.id()) == agent && open) {
        send(message.build());
        return;
      }
    }
    // This broker has not heard of it, or does not hear any more: the journal ends every ticket.
    goDirect(agent);
  }

  @Override
  public void refresh(TicketAgent agent) {
    Heartbeat.Builder heartbeat = Heartbeat.newBuilder();
    heartbeat.addLeases(refOf(agent));
    send(ClientMessage.newBuilder().setHeartbeat(heartbeat).build());
  }

  private static LeaseRef refOf(TicketAgent agent) {
    return LeaseRef.newBuilder()
        .setRequestId(agent.id().hex())
        .setTicket(agent.ticket())
        .setToken(agent.token())
        .build();
  }

  @Override
  public void forget(TicketAgent agent) {
    agents.remove(agent.id(), agent);
  }

  private void send(ClientMessage message) {
    synchronized (this) {
      if (!open) {
        return;
      }
      if (!unanswered) {
        unansweredSinceNanos = engine.nanoTime();
        unanswered = true;
      }
      try {
        stream.onNext(message);
        return;
      } catch (RuntimeException e) {
        // The call has ended already; its end is reported to us as well, maybe later.
      }
    }
    abandon();
  }

  /** A request that came in while the stream went down must not stay with it. */
  private void leaveIfClosed(TicketAgent agent) {
    if (!open) {
      goDirect(agent);
    }
  }

  // Time.

  /** Sees to it that heartbeats are sent and silence is noticed often enough for this ttl. */
  private synchronized void pulse(Duration ttl) {
    long wanted = Math.min(ttl.toNanos() / 3, LONGEST_PULSE_NANOS);
    Future<?> planned = nextBeat;
    if (planned != null) {
      if (wanted >= pulseNanos) {
        return;
      }
      planned.cancel(false);
    }
    pulseNanos = wanted;
    nextBeat = engine.schedule(this::beat, pulseNanos / 2);
  }

  private void beat() {
    if (!open) {
      return;
    }
    if (isSilent()) {
      abandon();
      return;
    }
    leaveNeglected();
    synchronized (this) {
      Future<?> planned = nextBeat;
      if (planned != null) {
        planned.cancel(false); // this one, or one that was brought forward meanwhile
      }
      nextBeat = null;
      if (agents.isEmpty()) {
        return;
      }
      pulseNanos = LONGEST_PULSE_NANOS;
      for (TicketAgent agent : agents.values()) {
        pulseNanos = Math.min(pulseNanos, agent.ttl().toNanos() / 3);
      }
      nextBeat = engine.schedule(this::beat, pulseNanos / 2);
    }
    send(ClientMessage.newBuilder().setHeartbeat(heartbeat()).build());
  }

  /** A broker that answers but does not prolong a lease leaves its Heartbeats unanswered, too. */
  private void leaveNeglected() {
    long now = engine.nanoTime();
    for (TicketAgent agent : agents.values()) {
      if (agent.isNeglected(now)) {
        goDirect(agent);
      }
    }
  }

  private boolean isSilent() {
    long limit = Math.max(pulseNanos, SHORTEST_SILENCE_NANOS);
    return unanswered && engine.nanoTime() - unansweredSinceNanos > limit;
  }

  /**
   * Names the leases that have used up a third of their time; asks for a sign of life if none has.
   */
  private Heartbeat heartbeat() {
    long now = engine.nanoTime();
    Heartbeat.Builder heartbeat = Heartbeat.newBuilder();
    for (TicketAgent agent : agents.values()) {
      if (agent.isDueForRefresh(now)) {
        heartbeat.addLeases(refOf(agent));
      }
    }
    return heartbeat.build();
  }

  // The end.

  /** Leaves this stream for good; its requests go on directly, on the timer's thread. */
  private void abandon() {
    synchronized (this) {
      if (!open) {
        return;
      }
      open = false;
    }
    welcome.completeExceptionally(new IllegalStateException("the stream ended"));
    engine.later(this::moveAway, 0);
  }

  private void moveAway() {
    for (TicketAgent agent : List.copyOf(agents.values())) {
      agent.moveTo(engine.direct());
    }
    // Closing takes its time, which others of the timer's thread do not have.
    engine.runAside("lockbroker-disconnect", sockets::close);
  }

  void close() {
    synchronized (this) {
      if (open) {
        open = false;
        try {
          stream.onCompleted();
        } catch (RuntimeException e) {
          // The call has ended already.
        }
      }
    }
    sockets.close();
  }

  /** For a request that only the journal itself can explain or serve; on the timer's thread. */
  private void goDirect(TicketAgent agent) {
    engine.later(() -> agent.moveTo(engine.direct()), 0);
  }

  /** Runs on the I/O thread: translates, hands on, and returns. */
  private final class Inbound implements StreamObserver<BrokerMessage> {
    @Override
    public void onNext(BrokerMessage message) {
      if (!open) {
        return; // C4
      }
      unanswered = false;
      switch (message.getMessageCase()) {
        case WELCOME -> welcome.complete(message.getWelcome());
        case QUEUED -> {
          TicketAgent agent = agent(message.getQueued().getRequestId());
          if (agent != null) {
            agent.onQueued(
                BrokerSession.this,
                message.getQueued().getTicket(),
                WireViews.update(message.getQueued()));
          }
        }
        case GRANTED -> {
          var granted = message.getGranted();
          TicketAgent agent = agent(granted.getRequestId());
          if (agent != null) {
            agent.onGranted(
                BrokerSession.this,
                granted.getTicket(),
                granted.getToken(),
                granted.getUntilNanos());
          }
        }
        case REFUSED -> refused(message.getRefused());
        case RELEASED -> {
          TicketAgent agent = agent(message.getReleased().getRequestId());
          if (agent != null) {
            agent.onWithdrawn(BrokerSession.this);
          }
        }
        case LOST -> {
          TicketAgent agent = agent(message.getLost().getRequestId());
          if (agent != null) {
            agent.onVanished(BrokerSession.this, WireViews.cause(message.getLost()));
          }
        }
        case HEARTBEAT_ACK ->
            message
                .getHeartbeatAck()
                .getLeasesList()
                .forEach(
                    lease -> {
                      TicketAgent agent = agent(lease.getRequestId());
                      if (agent != null && agent.isServedBy(BrokerSession.this)) {
                        agent.onRefreshed(lease.getUntilNanos());
                      }
                    });
        case PROCESS_ADDED, MESSAGE_NOT_SET -> {
          // Workers are registered by the client itself; a newer broker may say more than we know.
        }
      }
    }

    private void refused(dev.lockbroker.proto.v1.Refused refused) {
      TicketAgent agent = agent(refused.getRequestId());
      if (agent == null) {
        return;
      }
      switch (refused.getReason()) {
        case WORKER_ALIVE -> agent.onWorkerAlive(BrokerSession.this);
        case JOURNAL_UNUSABLE, DIFFERENT_JOURNAL, NO_SUCH_PATH -> goDirect(agent);
        default -> {
          if (agent.isWaiting()) {
            agent.onRefused(BrokerSession.this, WireViews.refusal(refused));
          } else {
            // A lease, or the wish to end a ticket, is never over because a broker says no.
            goDirect(agent);
          }
        }
      }
    }

    private @Nullable TicketAgent agent(String requestId) {
      return RequestId.isWellFormed(requestId) ? agents.get(new RequestId(requestId)) : null;
    }

    @Override
    public void onError(Throwable error) {
      Status status = Status.fromThrowable(error);
      if (status.getCode() == Status.Code.FAILED_PRECONDITION) {
        // Said before the greeting is given up, which waits for this.
        refusal = Printable.text(String.valueOf(status.getDescription()), LONGEST_REFUSAL);
      }
      abandon();
    }

    @Override
    public void onCompleted() {
      abandon();
    }
  }
}
