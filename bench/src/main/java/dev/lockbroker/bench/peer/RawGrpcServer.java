package dev.lockbroker.bench.peer;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelFactory;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The least that a lock server over gRPC streams can do; transport, threads and executor are as in
 * the broker. Whoever's stream ends has given back.
 */
public final class RawGrpcServer {
  /** As many as the broker's. */
  private static final int LOOPS = 2;

  private final FifoQueue.Names<Waiter> queues = new FifoQueue.Names<>();

  private RawGrpcServer() {}

  /** {@code <socket>}: serves until it is ended by a signal. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    RawGrpcServer locks = new RawGrpcServer();
    EventLoopGroup loops =
        RawGrpc.loops(Math.min(LOOPS, Runtime.getRuntime().availableProcessors()));
    ChannelFactory<ServerChannel> listeners =
        () ->
            RawGrpc.isEpoll()
                ? new EpollServerDomainSocketChannel()
                : new NioServerDomainSocketChannel();
    Server server =
        NettyServerBuilder.forAddress(RawGrpc.address(Path.of(arguments[0])))
            .channelFactory(listeners)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .directExecutor()
            .addService(
                ServerServiceDefinition.builder(RawGrpc.SERVICE)
                    .addMethod(RawGrpc.METHOD, ServerCalls.asyncBidiStreamingCall(locks::session))
                    .build())
            .build()
            .start();
    server.awaitTermination();
  }

  private StreamObserver<byte[]> session(StreamObserver<byte[]> client) {
    return new ClientStream(client);
  }

  /** One session; called by its event loop only. */
  private final class ClientStream implements StreamObserver<byte[]> {
    private final StreamObserver<byte[]> client;
    private final Map<Integer, Waiter> locks = new HashMap<>();

    ClientStream(StreamObserver<byte[]> client) {
      this.client = client;
    }

    @Override
    public void onNext(byte[] message) {
      int number = RawGrpc.lockOf(message);
      if (message[0] == RawGrpc.OPEN) {
        FifoQueue<Waiter> queue = queues.get(RawGrpc.nameOf(message));
        locks.put(number, new Waiter(client, number, queue));
        return;
      }
      Waiter waiter = locks.get(number);
      if (waiter == null) {
        throw new IllegalStateException("no lock has number " + number);
      }
      if (message[0] == RawGrpc.RELEASE) {
        waiter.leave();
        waiter.send(RawGrpc.RELEASE);
      } else if (waiter.queue.join(waiter)) {
        waiter.send(RawGrpc.ACQUIRE);
      }
    }

    @Override
    public void onError(Throwable cause) {
      locks.values().forEach(Waiter::leave);
    }

    @Override
    public void onCompleted() {
      locks.values().forEach(Waiter::leave);
      synchronized (client) {
        client.onCompleted();
      }
    }
  }

  /** One session at one lock; told by the event loop of whoever is before it. */
  private static final class Waiter {
    private final StreamObserver<byte[]> client;
    private final int number;
    private final FifoQueue<Waiter> queue;

    Waiter(StreamObserver<byte[]> client, int number, FifoQueue<Waiter> queue) {
      this.client = client;
      this.number = number;
      this.queue = queue;
    }

    void leave() {
      @Nullable Waiter next = queue.leave(this);
      if (next != null) {
        next.send(RawGrpc.ACQUIRE);
      }
    }

    void send(byte letter) {
      synchronized (client) {
        try {
          client.onNext(RawGrpc.message(letter, number));
        } catch (IllegalStateException | io.grpc.StatusRuntimeException e) {
          // Its stream has ended; its own loop hears of that and goes on to the one behind it.
          return;
        }
      }
    }
  }
}
