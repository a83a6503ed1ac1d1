package dev.lockbroker.bench.peer;

import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What both sides of the raw gRPC peer agree on: one stream for each session, messages of bytes
 * without protobuf. A message is a letter and the number that the client has given to the lock; one
 * that opens a lock has its name behind that.
 */
final class RawGrpc {
  /** From the client: that number is for the lock of this name. */
  static final byte OPEN = 'o';

  /** From the client: wants it; the same to the client: has it. */
  static final byte ACQUIRE = 'a';

  /** From the client: gives it back; the same to the client as the answer. */
  static final byte RELEASE = 'r';

  static final String SERVICE = "lockbroker.bench.Raw";

  static final MethodDescriptor<byte[], byte[]> METHOD =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Session"))
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private static final int HEAD_BYTES = 1 + Integer.BYTES;

  private RawGrpc() {}

  static byte[] message(byte letter, int lock) {
    return ByteBuffer.allocate(HEAD_BYTES).put(letter).putInt(lock).array();
  }

  static byte[] opening(int lock, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(HEAD_BYTES + bytes.length).put(OPEN).putInt(lock).put(bytes).array();
  }

  static int lockOf(byte[] message) {
    return ByteBuffer.wrap(message).getInt(1);
  }

  static String nameOf(byte[] opening) {
    return new String(opening, HEAD_BYTES, opening.length - HEAD_BYTES, StandardCharsets.UTF_8);
  }

  /** The same choice as the broker and its clients make. */
  static boolean isEpoll() {
    return Epoll.isAvailable();
  }

  static EventLoopGroup loops(int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads,
        new DefaultThreadFactory("raw-grpc", true),
        isEpoll() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  static SocketAddress address(Path socket) {
    return isEpoll()
        ? new DomainSocketAddress(socket.toFile())
        : UnixDomainSocketAddress.of(socket);
  }

  /** As they are. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
