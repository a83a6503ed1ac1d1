package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where servers listen. */
final class Sockets {
  /** {@code sun_path} has 108 bytes, the last of which is zero. */
  private static final int MOST_BYTES = 107;

  private Sockets() {}

  /**
   * A socket in that folder.
   *
   * @throws IOException if no socket can have such a long path
   */
  static Path in(Path folder, String name) throws IOException {
    Path socket = folder.toAbsolutePath().resolve(name);
    int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MOST_BYTES) {
      throw new IOException(
          "the path of the socket "
              + socket
              + " has "
              + bytes
              + " bytes, and the system takes 107; choose a shorter folder");
    }
    return socket;
  }

  /** A loopback port that nobody listens on now. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Whether somebody accepts connections there. */
  static boolean accepts(Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      SocketAddress address = UnixDomainSocketAddress.of(socket);
      return channel.connect(address);
    }
  }
}
