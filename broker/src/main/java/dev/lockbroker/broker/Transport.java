package dev.lockbroker.broker;

import io.grpc.Attributes;
import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.ProtocolNegotiationEvent;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFactory;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelOutboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioChannelOption;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.netty.shaded.io.netty.channel.unix.PeerCredentials;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import io.grpc.netty.shaded.io.netty.util.AttributeKey;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * How bytes get in and out: the choice between epoll and NIO, made here and nowhere else, and the
 * gate that only this user's processes pass.
 *
 * <p>Both are as fast; epoll also tells the peer's pid, NIO serves where there is no epoll.
 */
final class Transport {
  private static final Logger LOG = Logger.getLogger(Transport.class.getName());
  private static final AttributeKey<Peer> PEER = AttributeKey.valueOf(Transport.class, "peer");

  /** Two loops keep two cores busy; what they do never blocks. */
  private static final int MOST_LOOPS = 2;

  private final boolean epoll;
  private final long uid;
  private final EventLoopGroup loops;

  private Transport(boolean epoll, long uid, EventLoopGroup loops) {
    this.epoll = epoll;
    this.uid = uid;
    this.loops = loops;
  }

  /** Chooses and starts its threads. */
  static Transport open(boolean wantsEpoll, long uid) {
    boolean epoll = wantsEpoll && Epoll.isAvailable();
    IoHandlerFactory factory = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    int threads = Math.min(MOST_LOOPS, Runtime.getRuntime().availableProcessors());
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("lockbrokerd-io", true), factory);
    // A loop that has nothing scheduled wakes up every second.
    for (EventExecutor loop : loops) {
      var unused = loop.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.DAYS);
    }
    return new Transport(epoll, uid, loops);
  }

  /** The name, for the log. */
  String name() {
    return epoll ? "epoll" : "nio";
  }

  /** A server for a socket that listens already. */
  NettyServerBuilder serverOf(PassedSocket passed) throws IOException {
    Adoption adoption = new Adoption();
    return server(
        passed.path(),
        () -> {
          ServerChannel channel =
              epoll
                  ? new EpollServerDomainSocketChannel(PassedSocket.DESCRIPTOR, true)
                  : new AdoptedNioChannel(passed.channel());
          channel.pipeline().addFirst(adoption);
          return channel;
        });
  }

  /** A server that will listen there. */
  NettyServerBuilder serverAt(Path socket) throws IOException {
    return server(
        socket,
        () -> epoll ? new EpollServerDomainSocketChannel() : new NioServerDomainSocketChannel());
  }

  private NettyServerBuilder server(Path socket, ChannelFactory<ServerChannel> listeners)
      throws IOException {
    SocketAddress address =
        epoll ? new DomainSocketAddress(socket.toFile()) : UnixDomainSocketAddress.of(socket);
    Gate gate = new Gate(credentials(socket));
    ChannelFactory<ServerChannel> factory = () -> gated(listeners.newChannel(), gate);
    return NettyServerBuilder.forAddress(address)
        .channelFactory(factory)
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops)
        .protocolNegotiator(new PeerNegotiator());
  }

  private static ServerChannel gated(ServerChannel channel, Gate gate) {
    channel.pipeline().addFirst(gate);
    return channel;
  }

  private Credentials credentials(Path socket) throws IOException {
    if (epoll) {
      return this::epollPeer;
    }
    Path folder = socket.getParent();
    UserPrincipal me = Files.getOwner(folder == null ? socket : folder);
    return channel -> nioPeer(channel, me);
  }

  private Peer epollPeer(Channel channel) throws IOException {
    PeerCredentials peer = ((EpollDomainSocketChannel) channel).peerCredentials();
    if (peer.uid() != uid) {
      throw new IOException("a process of user " + peer.uid());
    }
    return new Peer(peer.pid());
  }

  private static Peer nioPeer(Channel channel, UserPrincipal me) throws IOException {
    UnixDomainPrincipal peer =
        channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
    if (peer == null || !peer.user().equals(me)) {
      throw new IOException("a process of another user");
    }
    return Peer.UNKNOWN;
  }

  /** Ends its threads; does not wait. */
  void close() {
    var unused = loops.shutdownGracefully(50, 500, TimeUnit.MILLISECONDS);
  }

  /** Who connected, if it may. */
  private interface Credentials {
    Peer of(Channel channel) throws IOException;
  }

  /** What listens already is not bound once more. */
  @ChannelHandler.Sharable
  private static final class Adoption extends ChannelOutboundHandlerAdapter {
    @Override
    public void bind(ChannelHandlerContext context, SocketAddress address, ChannelPromise done) {
      var unused = done.setSuccess();
    }
  }

  /** Sees every accepted connection first, and closes those of other users and those too many. */
  @ChannelHandler.Sharable
  private static final class Gate extends ChannelInboundHandlerAdapter {
    private final Credentials credentials;
    private final AtomicInteger open = new AtomicInteger();

    Gate(Credentials credentials) {
      this.credentials = credentials;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      Channel connection = (Channel) message;
      if (open.get() >= Limits.CONNECTIONS) {
        refuse(connection, "there are " + Limits.CONNECTIONS + " connections already");
        return;
      }
      try {
        connection.attr(PEER).set(credentials.of(connection));
      } catch (IOException e) {
        refuse(connection, String.valueOf(e.getMessage()));
        return;
      }
      open.incrementAndGet();
      var unused = connection.closeFuture().addListener(future -> open.decrementAndGet());
      context.fireChannelRead(connection);
    }

    private static void refuse(Channel connection, String why) {
      LOG.log(Level.WARNING, "connection refused: {0}", why);
      connection.unsafe().closeForcibly();
    }
  }

  /** Plain text, as grpc does it, with the peer among the connection's attributes. */
  private static final class PeerNegotiator
      implements InternalProtocolNegotiator.ProtocolNegotiator {
    private final InternalProtocolNegotiator.ProtocolNegotiator plain =
        InternalProtocolNegotiators.serverPlaintext();

    @Override
    public AsciiString scheme() {
      return plain.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
      ChannelHandler last = InternalProtocolNegotiators.grpcNegotiationHandler(grpc);
      return InternalProtocolNegotiators.waitUntilActiveHandler(
          new PeerStep(last), grpc.getNegotiationLogger());
    }

    @Override
    public void close() {
      plain.close();
    }
  }

  /** One step of the negotiation: adds the peer and makes way for the next. */
  private static final class PeerStep extends ChannelInboundHandlerAdapter {
    private final ChannelHandler next;

    PeerStep(ChannelHandler next) {
      this.next = next;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (!(event instanceof ProtocolNegotiationEvent negotiation)) {
        context.fireUserEventTriggered(event);
        return;
      }
      Peer peer = context.channel().attr(PEER).get();
      Attributes attributes =
          InternalProtocolNegotiationEvent.getAttributes(negotiation).toBuilder()
              .set(Peer.ATTRIBUTE, peer == null ? Peer.UNKNOWN : peer)
              .build();
      context.pipeline().replace(context.name(), null, next);
      context.fireUserEventTriggered(
          InternalProtocolNegotiationEvent.withAttributes(negotiation, attributes));
    }
  }
}
