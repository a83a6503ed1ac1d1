package dev.lockbroker.client;

import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Scope;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.proto.v1.Acquire;
import dev.lockbroker.proto.v1.BrokerMessage;
import dev.lockbroker.proto.v1.ClientMessage;
import dev.lockbroker.proto.v1.Granted;
import dev.lockbroker.proto.v1.HeartbeatAck;
import dev.lockbroker.proto.v1.LockBrokerGrpc;
import dev.lockbroker.proto.v1.Lost;
import dev.lockbroker.proto.v1.Queued;
import dev.lockbroker.proto.v1.Reason;
import dev.lockbroker.proto.v1.Refused;
import dev.lockbroker.proto.v1.Released;
import dev.lockbroker.proto.v1.Welcome;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A broker that says what a test makes it say. It greets, and acknowledges heartbeats emptily. */
final class FakeBroker {
  private final Path socket;
  private final Lockable lockable;
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final Server server;
  private final BlockingQueue<ClientMessage> heard = new LinkedBlockingQueue<>();
  private volatile @Nullable StreamObserver<BrokerMessage> stream;
  private final CountDownLatch connected = new CountDownLatch(1);
  volatile int major = 1;
  volatile boolean silent;

  FakeBroker(Path socket, Lockable lockable) throws Exception {
    this.socket = socket;
    this.lockable = lockable;
    this.server =
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .directExecutor()
            .addService(new Service())
            .build()
            .start();
  }

  private final class Service extends LockBrokerGrpc.LockBrokerImplBase {
    @Override
    public StreamObserver<ClientMessage> session(StreamObserver<BrokerMessage> answers) {
      // With a handler, words on a stream that the client has left are dropped without complaint.
      ((ServerCallStreamObserver<BrokerMessage>) answers).setOnCancelHandler(() -> {});
      stream = answers;
      connected.countDown();
      return new StreamObserver<>() {
        @Override
        public void onNext(ClientMessage message) {
          hear(message);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
      };
    }
  }

  private void hear(ClientMessage message) {
    if (silent) {
      return;
    }
    if (message.hasHello()) {
      greet();
    } else if (message.hasHeartbeat()) {
      say(BrokerMessage.newBuilder().setHeartbeatAck(HeartbeatAck.getDefaultInstance()));
    } else {
      heard.add(message);
    }
  }

  void greet() {
    say(BrokerMessage.newBuilder().setWelcome(Welcome.newBuilder().setProtocolMajor(major)));
  }

  boolean hasClient() {
    return connected.getCount() == 0;
  }

  void awaitClient() throws InterruptedException {
    if (!connected.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("nobody connects");
    }
  }

  /** The next message that is neither Hello nor Heartbeat. */
  ClientMessage next() throws InterruptedException {
    ClientMessage message = heard.poll(20, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("the client says nothing");
    }
    return message;
  }

  private void say(BrokerMessage.Builder message) {
    StreamObserver<BrokerMessage> current = stream;
    if (current != null) {
      synchronized (this) {
        current.onNext(message.build());
      }
    }
  }

  /** Breaks the stream; nobody connects again. */
  void drop() throws IOException {
    Files.deleteIfExists(socket);
    StreamObserver<BrokerMessage> current = stream;
    if (current != null) {
      synchronized (this) {
        current.onError(Status.UNAVAILABLE.asRuntimeException());
      }
    }
  }

  /** Carries the request out in the journal. */
  Ticket carryOut(Acquire acquire) {
    Outcome outcome =
        Journals.transact(
                lockable.journalDirectory(),
                new Command.Request(
                    new RequestId(acquire.getRequestId()),
                    Claims.of(LockMode.EXCLUSIVE, Scope.ROOT),
                    LinuxHost.current().self(),
                    acquire.getTtlMillis(),
                    LeaseKind.LEASE,
                    acquire.getLabel(),
                    false,
                    false))
            .outcomes()
            .get(0);
    return outcome instanceof Outcome.Held held
        ? held.ticket()
        : ((Outcome.Waiting) outcome).ticket();
  }

  /** Grants the next request, in the journal and by word. */
  Ticket grantNext() throws InterruptedException {
    Ticket ticket = carryOut(next().getAcquire());
    sayGranted(ticket, ticket.requireHold().untilNanos());
    return ticket;
  }

  void sayGranted(Ticket ticket, long untilNanos) {
    sayGranted(ticket.request().hex(), ticket, untilNanos);
  }

  void sayGranted(String requestId, Ticket ticket, long untilNanos) {
    say(
        BrokerMessage.newBuilder()
            .setGranted(
                Granted.newBuilder()
                    .setRequestId(requestId)
                    .setTicket(ticket.number())
                    .setToken(ticket.requireHold().token())
                    .setUntilNanos(untilNanos)));
  }

  void sayQueued(Ticket ticket) {
    say(
        BrokerMessage.newBuilder()
            .setQueued(
                Queued.newBuilder()
                    .setRequestId(ticket.request().hex())
                    .setTicket(ticket.number())
                    .setPosition(1)
                    .setWaiters(1)));
  }

  void sayRefused(Ticket ticket, Reason reason) {
    sayRefused(ticket.request().hex(), reason);
  }

  void sayRefused(String requestId, Reason reason) {
    say(
        BrokerMessage.newBuilder()
            .setRefused(
                Refused.newBuilder().setRequestId(requestId).setReason(reason).setSentence("no")));
  }

  void sayLost(Ticket ticket) {
    say(
        BrokerMessage.newBuilder()
            .setLost(
                Lost.newBuilder()
                    .setRequestId(ticket.request().hex())
                    .setTicket(ticket.number())
                    .setCause("forced")));
  }

  /** Ends the ticket, in the journal and by word. */
  void release(Ticket ticket) {
    Journals.transact(
        lockable.journalDirectory(), new Command.End(ticket.number(), EndReason.RELEASED));
    say(
        BrokerMessage.newBuilder()
            .setReleased(
                Released.newBuilder()
                    .setRequestId(ticket.request().hex())
                    .setTicket(ticket.number())));
  }

  void close() throws InterruptedException {
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    loop.shutdownGracefully(0, 100, TimeUnit.MILLISECONDS).await(5, TimeUnit.SECONDS);
  }
}
