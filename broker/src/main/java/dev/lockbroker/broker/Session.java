package dev.lockbroker.broker;

import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.proto.v1.Acquire;
import dev.lockbroker.proto.v1.AddProcess;
import dev.lockbroker.proto.v1.BrokerMessage;
import dev.lockbroker.proto.v1.Cancel;
import dev.lockbroker.proto.v1.ClientMessage;
import dev.lockbroker.proto.v1.Heartbeat;
import dev.lockbroker.proto.v1.HeartbeatAck;
import dev.lockbroker.proto.v1.Hello;
import dev.lockbroker.proto.v1.LeaseRef;
import dev.lockbroker.proto.v1.Reason;
import dev.lockbroker.proto.v1.Release;
import dev.lockbroker.proto.v1.Resume;
import dev.lockbroker.proto.v1.Welcome;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream: takes its messages in order and hands each to the repository concerned.
 *
 * <p>grpc calls it on an event loop, one message at a time, so nothing here may block: what looks
 * at the file system is put on the pool, and what comes after it waits in {@link #tail}.
 * Repositories answer from their mailboxes through {@link #tell}.
 *
 * <p>A broken stream is no event (PROTOCOL B2): the session is forgotten and nothing is written.
 */
final class Session implements StreamObserver<ClientMessage> {
  private static final Logger LOG = Logger.getLogger(Session.class.getName());
  static final int PROTOCOL_MAJOR = 1;
  static final int PROTOCOL_MINOR = 0;

  private final ServerCallStreamObserver<BrokerMessage> stream;
  private final Outbox<BrokerMessage> outbox;
  private final Sessions sessions;
  private final Services services;
  private final RequestReader reader;
  private final Repositories repositories;
  private final Peer peer;
  private final Map<String, Repository> requests = new ConcurrentHashMap<>();
  private final Endings endings = new Endings();
  private final AtomicBoolean gone = new AtomicBoolean();
  private final AtomicBoolean leftLife = new AtomicBoolean();
  private CompletableFuture<?> tail = CompletableFuture.completedFuture(null);
  private boolean greeted;
  private volatile @Nullable ProcessIdentity client;
  private volatile String label = "";

  Session(
      ServerCallStreamObserver<BrokerMessage> stream,
      Sessions sessions,
      Services services,
      RequestReader reader,
      Repositories repositories,
      Peer peer) {
    this.stream = stream;
    this.outbox = new Outbox<>(stream, Limits.ANSWERS_UNREAD, this::forgetAll);
    this.sessions = sessions;
    this.services = services;
    this.reader = reader;
    this.repositories = repositories;
    this.peer = peer;
  }

  /** To be called while the call is started. */
  void open() {
    stream.setOnCancelHandler(this::broken);
    stream.disableAutoRequest();
    outbox.open();
    stream.request(Limits.MESSAGES_IN_HAND);
  }

  @Override
  public void onNext(ClientMessage message) {
    if (greeted == message.hasHello()) {
      end(
          Status.INVALID_ARGUMENT.withDescription(
              greeted ? "hello was said already" : "the first message of a session is hello"));
      return;
    }
    greeted = true;
    switch (message.getMessageCase()) {
      case HELLO -> mayBlock(() -> greet(message.getHello()));
      case ACQUIRE -> mayBlock(() -> acquire(message.getAcquire(), 0));
      case RESUME -> mayBlock(() -> resume(message.getResume()));
      case CANCEL -> inOrder(() -> cancel(message.getCancel()));
      case RELEASE -> inOrder(() -> release(message.getRelease()));
      case HEARTBEAT -> inOrder(() -> heartbeat(message.getHeartbeat()));
      case ADD_PROCESS -> inOrder(() -> addProcess(message.getAddProcess()));
      case MESSAGE_NOT_SET -> settled(); // From a newer minor version.
    }
  }

  /** After all before it, on this thread if there is nothing to wait for. */
  private void inOrder(Runnable step) {
    tail = tail.thenRun(() -> guarded(step));
  }

  /** After all before it, on the pool. */
  private void mayBlock(Runnable step) {
    tail = tail.thenRunAsync(() -> guarded(step), services.pool());
  }

  private void guarded(Runnable step) {
    try {
      if (!gone.get()) {
        step.run();
      }
    } catch (RuntimeException e) {
      LOG.log(Level.SEVERE, "bug in a session", e);
      end(Status.INTERNAL.withDescription("the broker has a bug (" + e + "); see its log"));
    }
  }

  /** One message less in hand. */
  private void settled() {
    outbox.requestOne();
  }

  private void greet(Hello hello) {
    if (hello.getProtocolMajor() != PROTOCOL_MAJOR) {
      end(
          Status.FAILED_PRECONDITION.withDescription(
              "this broker ("
                  + Version.TEXT
                  + ") speaks version "
                  + PROTOCOL_MAJOR
                  + " of the protocol, the client version "
                  + hello.getProtocolMajor()
                  + "; upgrade the older of the two"));
      return;
    }
    try {
      Ticket.checkLabel(hello.getLabel());
      ProcessIdentity who = services.finder().client(hello.getProcess(), peer);
      label = hello.getLabel();
      client = who;
      services.live().joined(who);
      if (gone.get()) {
        leaveLife();
      }
    } catch (IllegalArgumentException | RefusedException e) {
      end(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
      return;
    }
    LOG.log(
        Level.FINE,
        "session of {0}, client {1}",
        new Object[] {client, Printable.text(hello.getClientVersion())});
    outbox.send(
        BrokerMessage.newBuilder()
            .setWelcome(
                Welcome.newBuilder()
                    .setProtocolMajor(PROTOCOL_MAJOR)
                    .setProtocolMinor(PROTOCOL_MINOR)
                    .setBrokerVersion(Version.TEXT)
                    .setBrokerPid(services.host().self().pid()))
            .build());
    settled();
  }

  private void resume(Resume resume) {
    acquire(resume.getRequest(), resume.getToken());
  }

  private void acquire(Acquire acquire, long token) {
    ProcessIdentity who = client;
    if (who == null) {
      return;
    }
    String id = acquire.getRequestId();
    try {
      var wanted = reader.read(acquire, who, label, token != 0);
      Repository repository = repositories.enter(wanted.lockable());
      Repository before = requests.get(id);
      if (before != null) {
        repositories.leave(repository);
        requireSame(before, repository);
      } else {
        hold(id, repository);
      }
      Command.Request command = wanted.command();
      repository.submit(new AcquireErrand(this, command, wanted.waitNanos(), this::settled));
    } catch (RefusedException e) {
      tell(Printable.text(id), Answers.refused(Printable.text(id), e.reason(), e.sentence()));
      settled();
    }
  }

  private static void requireSame(Repository before, Repository now) throws RefusedException {
    if (before != now) {
      throw new RefusedException(
          Reason.DIFFERENT_REQUEST,
          "this request id is in use for another repository; use a new one for each request");
    }
  }

  private void hold(String id, Repository repository) throws RefusedException {
    if (requests.size() >= Limits.REQUESTS_PER_SESSION) {
      repositories.leave(repository);
      throw new RefusedException(
          Reason.QUEUE_FULL,
          "a session has at most "
              + Limits.REQUESTS_PER_SESSION
              + " requests at once; release some, or open another session");
    }
    endings.forget(id);
    requests.put(id, repository);
    if (gone.get()) {
      forget(id, repository);
    }
  }

  private void cancel(Cancel cancel) {
    String id = cancel.getRequestId();
    Repository repository = requests.get(id);
    if (repository == null) {
      tellLate(id, 0);
      settled();
    } else {
      repository.submit(EndErrand.cancel(this, id, this::settled));
    }
  }

  private void release(Release release) {
    String id = release.getRequestId();
    Repository repository = requests.get(id);
    if (repository == null) {
      tellLate(id, release.getTicket());
      settled();
    } else {
      repository.submit(EndErrand.release(this, release, this::settled));
    }
  }

  private void heartbeat(Heartbeat heartbeat) {
    Map<Repository, List<LeaseRef>> groups = new LinkedHashMap<>();
    for (LeaseRef lease : heartbeat.getLeasesList()) {
      String id = lease.getRequestId();
      Repository repository = requests.get(id);
      if (repository != null) {
        groups.computeIfAbsent(repository, same -> new ArrayList<>()).add(lease);
      } else {
        tell(id, Answers.lost(id, lease.getTicket(), endings.orUnknown(id)));
      }
    }
    if (groups.isEmpty()) {
      outbox.send(
          BrokerMessage.newBuilder().setHeartbeatAck(HeartbeatAck.getDefaultInstance()).build());
      settled();
      return;
    }
    AtomicInteger open = new AtomicInteger(groups.size());
    Runnable over =
        () -> {
          if (open.decrementAndGet() == 0) {
            settled();
          }
        };
    groups.forEach(
        (repository, leases) -> repository.submit(new HeartbeatErrand(this, leases, over)));
  }

  private void addProcess(AddProcess add) {
    String id = add.getRequestId();
    Repository repository = requests.get(id);
    if (repository == null) {
      tell(id, Answers.lost(id, 0, endings.orUnknown(id)));
      settled();
    } else {
      repository.submit(new AddProcessErrand(this, id, add.getProcess(), this::settled));
    }
  }

  // What repositories call, from their mailboxes.

  /** Sends the word on a request; what was to be told of its place is obsolete. */
  void tell(String requestId, BrokerMessage message) {
    outbox.send(requestId, message);
  }

  /** Sends a place in the queue, of which only the latest counts. */
  void tellPlace(String requestId, BrokerMessage message) {
    outbox.sendLatest(requestId, message);
  }

  /** Answers who wants to end a request that has ended, or that this session never had. */
  void tellLate(String requestId, long ticket) {
    String shown = Printable.text(requestId);
    boolean known = endings.of(requestId) != null;
    tell(
        shown,
        known
            ? Answers.released(shown, ticket)
            : Answers.refused(
                shown, Reason.INVALID, "this session has no such request; resume it first"));
  }

  /** A request is over and its client has been told. */
  void ended(String requestId, Repository repository, String cause) {
    endings.add(requestId, cause);
    forget(requestId, repository);
  }

  /** A request is not this session's any more. */
  void forget(String requestId, Repository repository) {
    if (requests.remove(requestId, repository)) {
      repositories.leave(repository);
    }
  }

  /** Whether the stream has ended in any way. */
  boolean isGone() {
    return gone.get();
  }

  // The end.

  @Override
  public void onError(Throwable cause) {
    broken();
  }

  /** The client has said all it wanted to say. */
  @Override
  public void onCompleted() {
    tail = tail.thenRun(this::completed);
  }

  private void completed() {
    forgetAll();
    outbox.complete();
  }

  private void broken() {
    outbox.abandon();
    forgetAll();
  }

  /** The broker ends the session. */
  void end(Status status) {
    outbox.fail(status);
    forgetAll();
  }

  /** B2: forgets the session, and has a look at its client. */
  private void forgetAll() {
    if (!gone.compareAndSet(false, true)) {
      return;
    }
    HashSet<Repository> places = new HashSet<>(requests.values());
    for (Repository repository : places) {
      repository.submit(new Question<>(this::standUp));
    }
    leaveLife();
    sessions.left(this, client, places);
  }

  private boolean standUp(Repository repository) {
    for (Seat seat : repository.seats().ofSession(this)) {
      repository.seats().remove(seat);
    }
    requests.forEach((id, place) -> forgetIn(repository, id, place));
    return true;
  }

  private void forgetIn(Repository repository, String id, Repository place) {
    if (place == repository) {
      forget(id, place);
    }
  }

  private void leaveLife() {
    ProcessIdentity who = client;
    if (who != null && leftLife.compareAndSet(false, true)) {
      services.live().left(who);
    }
  }
}
