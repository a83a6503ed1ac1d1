package dev.lockbroker.it;

import dev.lockbroker.proto.v1.InfoReply;
import dev.lockbroker.proto.v1.InfoRequest;
import dev.lockbroker.proto.v1.LockAdminGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Asks the broker of a socket about itself, faster than a command could; also the next one. */
final class Admin implements AutoCloseable {
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Path socket;
  private ManagedChannel channel;

  Admin(Path socket) {
    this.socket = socket;
    this.channel = open();
  }

  private ManagedChannel open() {
    return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
        .eventLoopGroup(loop)
        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
        .overrideAuthority("lockbroker")
        .usePlaintext()
        .directExecutor()
        .build();
  }

  /** Open sessions; 0 if nobody answers. */
  int sessions() {
    return info().getSessions();
  }

  /** What it says; all zero if nobody answers. */
  InfoReply info() {
    try {
      return LockAdminGrpc.newBlockingStub(channel)
          .withDeadlineAfter(5, TimeUnit.SECONDS)
          .info(InfoRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      channel.shutdownNow();
      channel = open(); // Without gRPC's own patience.
      return InfoReply.getDefaultInstance();
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }
}
