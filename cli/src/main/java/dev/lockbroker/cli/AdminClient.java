package dev.lockbroker.cli;

import dev.lockbroker.core.process.Printable;
import dev.lockbroker.proto.v1.DrainRequest;
import dev.lockbroker.proto.v1.InfoReply;
import dev.lockbroker.proto.v1.InfoRequest;
import dev.lockbroker.proto.v1.LockAdminGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Talks to the broker as an administrator. The only class that loads gRPC, which costs half a
 * second: used only where there is a socket.
 */
final class AdminClient implements AutoCloseable {
  /** Who only wants to show it as well does not wait long for a broker that hangs. */
  static final long LOOK_SECONDS = 5;

  /** One that has just been started on a busy machine takes its time. */
  static final long COMMAND_SECONDS = 15;

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Path socket;
  private final long patienceSeconds;
  private final ManagedChannel channel;

  /**
   * A client of the broker at that socket; connects at the first call. The JDK's own sockets serve
   * here: a few calls need no native library.
   */
  AdminClient(Path socket, long patienceSeconds) {
    this.socket = socket;
    this.patienceSeconds = patienceSeconds;
    this.channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .eventLoopGroup(loop)
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .overrideAuthority("lockbroker")
            .usePlaintext()
            .directExecutor()
            .build();
  }

  /** What the broker says of itself; null if nobody answers. */
  @Nullable BrokerInfo info() {
    try {
      return view(stub().info(InfoRequest.getDefaultInstance()));
    } catch (StatusRuntimeException e) {
      if (isAbsent(e)) {
        return null;
      }
      throw refused(e);
    }
  }

  /** Asks the broker to end; false if there is none. */
  boolean drain() {
    try {
      return stub().drain(DrainRequest.getDefaultInstance()).isInitialized();
    } catch (StatusRuntimeException e) {
      if (isAbsent(e)) {
        return false;
      }
      throw refused(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  private LockAdminGrpc.LockAdminBlockingStub stub() {
    return LockAdminGrpc.newBlockingStub(channel)
        .withDeadlineAfter(patienceSeconds, TimeUnit.SECONDS);
  }

  private static boolean isAbsent(StatusRuntimeException trouble) {
    return trouble.getStatus().getCode() == Status.Code.UNAVAILABLE;
  }

  private CliException refused(StatusRuntimeException trouble) {
    OptionalLong pid = Brokers.lockedBy(socket);
    if (trouble.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED && pid.isPresent()) {
      return new CliException(
          ExitCode.NO_BROKER,
          "the broker (pid "
              + pid.getAsLong()
              + ") does not answer within "
              + patienceSeconds
              + "s; if it was stopped, continue it, else 'kill -9 "
              + pid.getAsLong()
              + "': nothing is lost by that");
    }
    return new CliException(
        ExitCode.NO_BROKER,
        "the broker does not answer as it should ("
            + Printable.text(trouble.getStatus().toString())
            + "); look at its log, or stop it and start it again");
  }

  private static BrokerInfo view(InfoReply reply) {
    return new BrokerInfo(
        reply.getVersion(),
        reply.getPid(),
        reply.getUptimeMillis(),
        reply.getSocket(),
        reply.getLogFile(),
        reply.getStateFolder(),
        reply.getSessions(),
        reply.getRepositories());
  }
}
