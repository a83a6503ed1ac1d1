package dev.lockbroker.broker;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A raw connection to a broker, without the SDK. */
final class Wire {
  private static final EventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  /** Complains of each connection that its socket knows no SO_KEEPALIVE, which grpc always sets. */
  private static final Logger GRUMBLER =
      Logger.getLogger("io.grpc.netty.shaded.io.netty.bootstrap");

  private Wire() {}

  static ManagedChannel connect(Path socket) {
    GRUMBLER.setLevel(Level.SEVERE);
    return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
        .eventLoopGroup(LOOPS)
        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
        .overrideAuthority("lockbroker")
        .usePlaintext()
        .directExecutor()
        .build();
  }
}
