package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The floor of a lock server: one byte over a Unix socket and one back to take it, the same to give
 * it back, and nothing else ({@link RawSocketServer}). Two round trips are one pair.
 */
final class RawSocketPeer implements Peer {
  private static final int LONGEST_NAME = 127;

  @Override
  public String id() {
    return "raw-socket";
  }

  @Override
  public boolean isFifo() {
    return true;
  }

  @Override
  public Found find() {
    return new Found.Here("java.nio.channels " + Runtime.version());
  }

  @Override
  public Service start(Path folder) throws IOException, InterruptedException {
    Path socket = Sockets.in(folder, "s.sock");
    Launch launch =
        Launch.java("raw-socket", folder, List.of(), RawSocketServer.class, socket.toString());
    return ServerProcess.start(launch, socket.toString(), () -> Sockets.accepts(socket));
  }

  @Override
  public Session connect(String address) {
    return new SocketSession(UnixDomainSocketAddress.of(address));
  }

  /** A connection for each lock. */
  private static final class SocketSession implements Session {
    private final UnixDomainSocketAddress address;
    private final List<SocketChannel> channels = new ArrayList<>();

    SocketSession(UnixDomainSocketAddress address) {
      this.address = address;
    }

    @Override
    public synchronized Lock lock(String name) throws IOException {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > LONGEST_NAME) {
        throw new IllegalArgumentException("a name has at most 127 bytes: " + name);
      }
      SocketChannel channel = SocketChannel.open(address);
      channels.add(channel);
      ByteBuffer opening = ByteBuffer.allocate(bytes.length + 1);
      channel.write(opening.put((byte) bytes.length).put(bytes).flip());
      return new SocketLock(channel);
    }

    @Override
    public synchronized void close() throws IOException {
      for (SocketChannel channel : channels) {
        channel.close();
      }
    }
  }

  /** Used by one thread at a time. */
  private static final class SocketLock implements Lock {
    private final SocketChannel channel;
    private final ByteBuffer message = ByteBuffer.allocateDirect(1);

    SocketLock(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public void acquire() throws IOException {
      ask(RawSocketServer.ACQUIRE, RawSocketServer.GRANTED);
    }

    @Override
    public void release() throws IOException {
      ask(RawSocketServer.RELEASE, RawSocketServer.RELEASE);
    }

    private void ask(byte question, byte answer) throws IOException {
      channel.write(message.clear().put(question).flip());
      if (channel.read(message.clear()) != 1 || message.get(0) != answer) {
        throw new IOException("the raw socket's server has gone");
      }
    }
  }
}
