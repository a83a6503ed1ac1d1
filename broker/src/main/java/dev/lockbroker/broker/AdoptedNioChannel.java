package dev.lockbroker.broker;

import io.grpc.netty.shaded.io.netty.channel.ChannelConfig;
import io.grpc.netty.shaded.io.netty.channel.ChannelMetadata;
import io.grpc.netty.shaded.io.netty.channel.ChannelOutboundBuffer;
import io.grpc.netty.shaded.io.netty.channel.DefaultChannelConfig;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.AbstractNioMessageChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoOps;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server channel around a socket that listens already. Netty has one, but that removes the
 * socket's file when it is closed, and the file is not ours.
 */
final class AdoptedNioChannel extends AbstractNioMessageChannel implements ServerChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

  private final ServerSocketChannel socket;
  private final ChannelConfig config = new DefaultChannelConfig(this);

  AdoptedNioChannel(ServerSocketChannel socket) {
    super(null, socket, NioIoOps.ACCEPT);
    this.socket = socket;
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  public boolean isActive() {
    return isOpen();
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    SocketChannel connection = socket.accept();
    if (connection == null) {
      return 0;
    }
    accepted.add(new NioDomainSocketChannel(this, connection));
    return 1;
  }

  @Override
  protected void doBind(SocketAddress address) {}

  @Override
  protected void doClose() throws Exception {
    super.doClose();
    socket.close();
  }

  @Override
  protected void doDisconnect() {
    throw new UnsupportedOperationException();
  }

  @Override
  protected @Nullable SocketAddress localAddress0() {
    try {
      return socket.getLocalAddress();
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  protected @Nullable SocketAddress remoteAddress0() {
    return null;
  }

  @Override
  protected boolean doConnect(SocketAddress remote, @Nullable SocketAddress local) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void doFinishConnect() {
    throw new UnsupportedOperationException();
  }

  @Override
  protected boolean doWriteMessage(Object message, ChannelOutboundBuffer buffer) {
    throw new UnsupportedOperationException();
  }
}
