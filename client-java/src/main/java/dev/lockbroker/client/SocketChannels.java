package dev.lockbroker.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The one place that knows which kind of Unix domain socket the client uses: epoll where netty's
 * native library loads, the JDK's elsewhere (macOS, a {@code noexec} temporary folder).
 */
final class SocketChannels {
  /**
   * gRPC sets SO_KEEPALIVE on whatever it connects, and netty warns that these sockets have none.
   * Kept here because the logging framework forgets the settings of loggers that nobody keeps.
   */
  private static final Logger BOOTSTRAP =
      Logger.getLogger("io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap");

  private final EventLoopGroup loop;
  private final ManagedChannel channel;

  private SocketChannels(EventLoopGroup loop, ManagedChannel channel) {
    this.loop = loop;
    this.channel = channel;
  }

  static SocketChannels open(Path socket) {
    if (BOOTSTRAP.getLevel() == null) {
      BOOTSTRAP.setLevel(Level.SEVERE);
    }
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory handler = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("lockbroker-io", true), handler);
    SocketAddress address =
        epoll ? new DomainSocketAddress(socket.toFile()) : UnixDomainSocketAddress.of(socket);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(address)
            .overrideAuthority("lockbroker")
            .channelType(epoll ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class)
            .eventLoopGroup(loop)
            .usePlaintext()
            .disableRetry()
            .directExecutor()
            .offloadExecutor(Runnable::run)
            .build();
    return new SocketChannels(loop, channel);
  }

  ManagedChannel channel() {
    return channel;
  }

  /** Ends connection and thread; waits shortly for both. */
  void close() {
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
