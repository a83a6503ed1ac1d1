package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The least that a lock server can do: messages of one byte on a connection for each lock of each
 * session, a blocking thread for each, first come first served. A connection begins with the length
 * of the lock's name in one byte and the name; whoever disconnects has given back.
 */
public final class RawSocketServer {
  /** From the client: wants it. */
  static final byte ACQUIRE = 'a';

  /** To the client: has it. */
  static final byte GRANTED = 'g';

  /** From the client: gives it back; the same to the client as the answer. */
  static final byte RELEASE = 'r';

  /** They do little; thousands of them may wait. */
  private static final long STACK_BYTES = 128 << 10;

  private final FifoQueue.Names<Connection> queues = new FifoQueue.Names<>();

  private RawSocketServer() {}

  /** {@code <socket>}: serves until it is ended by a signal. */
  public static void main(String[] arguments) throws IOException {
    RawSocketServer server = new RawSocketServer();
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(Path.of(arguments[0])), 1024);
      while (true) {
        SocketChannel channel = listener.accept();
        Thread thread = new Thread(null, () -> server.serve(channel), "raw-socket", STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
      }
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      ByteBuffer length = read(channel, 1);
      byte[] name = new byte[length.get()];
      read(channel, name.length).get(name);
      Connection connection = new Connection(channel);
      FifoQueue<Connection> queue = queues.get(new String(name, StandardCharsets.UTF_8));
      try {
        connection.serve(queue);
      } finally {
        grant(queue.leave(connection));
      }
    } catch (IOException e) {
      // The client has gone, which is how a session ends.
    }
  }

  private static void grant(@Nullable Connection next) {
    if (next == null) {
      return;
    }
    try {
      next.send(GRANTED);
    } catch (IOException e) {
      // Its own thread sees that, too, and goes on to the one behind it.
    }
  }

  private static ByteBuffer read(SocketChannel channel, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new IOException("closed");
      }
    }
    return buffer.flip();
  }

  /** Read by its own thread, written by that of whoever is before it while it waits. */
  private static final class Connection {
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(1);

    Connection(SocketChannel channel) {
      this.channel = channel;
    }

    void serve(FifoQueue<Connection> queue) throws IOException {
      while (channel.read(in.clear()) > 0) {
        if (in.get(0) == RELEASE) {
          grant(queue.leave(this));
          send(RELEASE);
        } else if (queue.join(this)) {
          send(GRANTED);
        }
      }
    }

    void send(byte message) throws IOException {
      channel.write(ByteBuffer.wrap(new byte[] {message}));
    }
  }
}
