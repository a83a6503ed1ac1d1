package dev.lockbroker.broker;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lockbroker.proto.v1.Acquire;
import dev.lockbroker.proto.v1.BrokerMessage;
import dev.lockbroker.proto.v1.BrokerMessage.MessageCase;
import dev.lockbroker.proto.v1.Cancel;
import dev.lockbroker.proto.v1.ClientMessage;
import dev.lockbroker.proto.v1.Granted;
import dev.lockbroker.proto.v1.Heartbeat;
import dev.lockbroker.proto.v1.HeartbeatAck;
import dev.lockbroker.proto.v1.Hello;
import dev.lockbroker.proto.v1.LeaseRef;
import dev.lockbroker.proto.v1.LockBrokerGrpc;
import dev.lockbroker.proto.v1.Lost;
import dev.lockbroker.proto.v1.Queued;
import dev.lockbroker.proto.v1.Reason;
import dev.lockbroker.proto.v1.Refused;
import dev.lockbroker.proto.v1.Release;
import dev.lockbroker.proto.v1.Released;
import dev.lockbroker.proto.v1.Resume;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** One session's stream as a client sees it, message by message. Every wait has a deadline. */
final class TestSession implements AutoCloseable {
  static final long PATIENCE_SECONDS = 10;

  private final ManagedChannel channel;
  private final StreamObserver<ClientMessage> out;
  private final BlockingQueue<BrokerMessage> in = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();

  private TestSession(Path socket) {
    channel = Wire.connect(socket);
    out =
        LockBrokerGrpc.newStub(channel)
            .session(
                new StreamObserver<>() {
                  @Override
                  public void onNext(BrokerMessage message) {
                    in.add(message);
                  }

                  @Override
                  public void onError(Throwable error) {
                    end.complete(Status.fromThrowable(error));
                  }

                  @Override
                  public void onCompleted() {
                    end.complete(Status.OK);
                  }
                });
  }

  /** A stream on which nothing has been said. */
  static TestSession silent(Path socket) {
    return new TestSession(socket);
  }

  /** A stream on which hello and welcome have been said. */
  static TestSession open(Path socket) {
    TestSession session = new TestSession(socket);
    session.send(
        ClientMessage.newBuilder()
            .setHello(Hello.newBuilder().setProtocolMajor(1).setLabel("test"))
            .build());
    session.expect(MessageCase.WELCOME);
    return session;
  }

  static String newId() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  void send(ClientMessage message) {
    out.onNext(message);
  }

  Acquire.Builder request(Path path) {
    return Acquire.newBuilder().setRequestId(newId()).setPath(path.toString()).setTtlMillis(30_000);
  }

  /** Asks for all of the path; the request's id. */
  String acquire(Path path) {
    return acquire(request(path));
  }

  String acquire(Acquire.Builder acquire) {
    send(ClientMessage.newBuilder().setAcquire(acquire).build());
    return acquire.getRequestId();
  }

  void resume(Acquire.Builder acquire, long token) {
    send(
        ClientMessage.newBuilder()
            .setResume(Resume.newBuilder().setRequest(acquire).setToken(token))
            .build());
  }

  void release(Granted granted) {
    send(
        ClientMessage.newBuilder()
            .setRelease(
                Release.newBuilder()
                    .setRequestId(granted.getRequestId())
                    .setTicket(granted.getTicket()))
            .build());
  }

  void cancel(String id) {
    send(ClientMessage.newBuilder().setCancel(Cancel.newBuilder().setRequestId(id)).build());
  }

  void heartbeat(Granted... leases) {
    Heartbeat.Builder heartbeat = Heartbeat.newBuilder();
    for (Granted lease : leases) {
      heartbeat.addLeases(
          LeaseRef.newBuilder()
              .setRequestId(lease.getRequestId())
              .setTicket(lease.getTicket())
              .setToken(lease.getToken()));
    }
    send(ClientMessage.newBuilder().setHeartbeat(heartbeat).build());
  }

  /** The next message, which is of that kind. */
  BrokerMessage expect(MessageCase kind) {
    BrokerMessage message = next();
    if (message.getMessageCase() != kind) {
      fail("expected " + kind + ", got " + message);
    }
    return message;
  }

  /** The next message of that kind; news of places in between are passed over. */
  BrokerMessage await(MessageCase kind) {
    return await(message -> message.getMessageCase() == kind, kind.toString());
  }

  private BrokerMessage await(Predicate<BrokerMessage> wanted, String name) {
    while (true) {
      BrokerMessage message = next();
      if (wanted.test(message)) {
        return message;
      }
      if (!message.hasQueued()) {
        fail("expected " + name + ", got " + message);
      }
    }
  }

  private BrokerMessage next() {
    try {
      BrokerMessage message = in.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("nothing came; the stream's end: " + end.getNow(null));
      }
      return message;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Granted granted() {
    return await(MessageCase.GRANTED).getGranted();
  }

  /** Asks and gets. */
  Granted lock(Path path) {
    acquire(path);
    return expect(MessageCase.GRANTED).getGranted();
  }

  Queued queued() {
    return expect(MessageCase.QUEUED).getQueued();
  }

  /** The first news of that place. */
  Queued queuedAt(int position) {
    return await(
            message -> message.hasQueued() && message.getQueued().getPosition() == position,
            "place " + position)
        .getQueued();
  }

  Refused refused(Reason reason) {
    Refused refused = await(MessageCase.REFUSED).getRefused();
    if (refused.getReason() != reason) {
      fail("expected " + reason + ", got " + refused);
    }
    assertTrue(refused.getSentence().length() > 10, "no sentence in " + refused);
    return refused;
  }

  Released released() {
    return await(MessageCase.RELEASED).getReleased();
  }

  Lost lost() {
    return await(MessageCase.LOST).getLost();
  }

  HeartbeatAck acknowledged() {
    return await(MessageCase.HEARTBEAT_ACK).getHeartbeatAck();
  }

  /** How the stream ended. */
  Status end() {
    try {
      return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the stream does not end", e);
    }
  }

  boolean hasNews() {
    return !in.isEmpty();
  }

  void complete() {
    out.onCompleted();
  }

  /** Breaks the connection. */
  @Override
  public void close() {
    channel.shutdownNow();
  }
}
