package dev.lockbroker.bench.peer;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The floor of our transport: the same lock server as {@link RawSocketPeer} over one gRPC stream
 * for each session, with the transport that the broker uses. Two round trips are one pair.
 */
final class RawGrpcPeer implements Peer {
  /** It warns that these sockets have no SO_KEEPALIVE, which gRPC sets; kept, as is its level. */
  private static final Logger BOOTSTRAP =
      Logger.getLogger("io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap");

  @Override
  public String id() {
    return "raw-grpc";
  }

  @Override
  public boolean isFifo() {
    return true;
  }

  @Override
  public Found find() {
    return new Found.Here(
        "grpc-java "
            + Programs.versionOf(NettyChannelBuilder.class)
            + (RawGrpc.isEpoll() ? ", epoll" : ", NIO"));
  }

  @Override
  public Service start(Path folder) throws IOException, InterruptedException {
    Path socket = Sockets.in(folder, "g.sock");
    Launch launch =
        Launch.java("raw-grpc", folder, List.of(), RawGrpcServer.class, socket.toString());
    return ServerProcess.start(launch, socket.toString(), () -> Sockets.accepts(socket));
  }

  @Override
  public Session connect(String address) {
    if (BOOTSTRAP.getLevel() == null) {
      BOOTSTRAP.setLevel(Level.SEVERE);
    }
    EventLoopGroup loop = RawGrpc.loops(1);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(RawGrpc.address(Path.of(address)))
            .overrideAuthority("raw")
            .channelType(
                RawGrpc.isEpoll() ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class)
            .eventLoopGroup(loop)
            .usePlaintext()
            .disableRetry()
            .directExecutor()
            .offloadExecutor(Runnable::run)
            .build();
    return new GrpcSession(loop, channel);
  }

  private static final class GrpcSession implements Session, StreamObserver<byte[]> {
    private final EventLoopGroup loop;
    private final ManagedChannel channel;
    private final AtomicInteger numbers = new AtomicInteger();
    private final ConcurrentMap<Integer, Semaphore> answers = new ConcurrentHashMap<>();
    private final StreamObserver<byte[]> server;
    private volatile @Nullable Throwable failure;

    @SuppressWarnings("this-escape")
    GrpcSession(EventLoopGroup loop, ManagedChannel channel) {
      this.loop = loop;
      this.channel = channel;
      this.server =
          ClientCalls.asyncBidiStreamingCall(
              channel.newCall(RawGrpc.METHOD, CallOptions.DEFAULT), this);
    }

    @Override
    public Lock lock(String name) {
      int number = numbers.incrementAndGet();
      Semaphore answer = new Semaphore(0);
      answers.put(number, answer);
      send(RawGrpc.opening(number, name));
      return new Lock() {
        @Override
        public void acquire() throws IOException, InterruptedException {
          ask(RawGrpc.ACQUIRE);
        }

        @Override
        public void release() throws IOException, InterruptedException {
          ask(RawGrpc.RELEASE);
        }

        private void ask(byte letter) throws IOException, InterruptedException {
          requireAlive();
          send(RawGrpc.message(letter, number));
          answer.acquire();
          requireAlive();
        }
      };
    }

    private void requireAlive() throws IOException {
      if (failure != null) {
        throw new IOException("the raw gRPC server has gone", failure);
      }
    }

    private void send(byte[] message) {
      synchronized (server) {
        server.onNext(message);
      }
    }

    @Override
    public void onNext(byte[] message) {
      Semaphore answer = answers.get(RawGrpc.lockOf(message));
      if (answer != null) {
        answer.release();
      }
    }

    @Override
    public void onError(Throwable cause) {
      failure = cause;
      // Whoever waits or will ask finds out; half of what there can be, as it must not overflow.
      answers.values().forEach(answer -> answer.release(Integer.MAX_VALUE / 2));
    }

    @Override
    public void onCompleted() {
      onError(new IOException("ended"));
    }

    @Override
    public void close() {
      channel.shutdownNow();
      try {
        boolean ended = channel.awaitTermination(1, TimeUnit.SECONDS);
        loop.shutdownGracefully(0, ended ? 1000 : 100, TimeUnit.MILLISECONDS)
            .await(2, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
