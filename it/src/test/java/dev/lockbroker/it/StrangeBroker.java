package dev.lockbroker.it;

import dev.lockbroker.proto.v1.BrokerMessage;
import dev.lockbroker.proto.v1.ClientMessage;
import dev.lockbroker.proto.v1.LockBrokerGrpc;
import dev.lockbroker.proto.v1.Welcome;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.grpc.stub.StreamObserver;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** A broker of the next major version of the protocol, which says so and no more. */
final class StrangeBroker extends LockBrokerGrpc.LockBrokerImplBase {
  /** {@code <socket>}. */
  public static void main(String[] args) throws Exception {
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(Path.of(args[0])))
        .channelType(NioServerDomainSocketChannel.class)
        .bossEventLoopGroup(loop)
        .workerEventLoopGroup(loop)
        .directExecutor()
        .addService(new StrangeBroker())
        .build()
        .start()
        .awaitTermination();
  }

  @Override
  public StreamObserver<ClientMessage> session(StreamObserver<BrokerMessage> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ClientMessage message) {
        Welcome.Builder welcome = Welcome.newBuilder().setProtocolMajor(2).setBrokerVersion("9.0");
        answers.onNext(BrokerMessage.newBuilder().setWelcome(welcome).build());
      }

      @Override
      public void onError(Throwable trouble) {}

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }
}
