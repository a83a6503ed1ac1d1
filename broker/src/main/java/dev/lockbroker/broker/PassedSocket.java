package dev.lockbroker.broker;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;

/**
 * A listening socket that a service manager made and passed on as standard input. It is served, and
 * neither bound nor removed: it is there before us and after us.
 *
 * @param path where clients find it
 * @param channel the JDK's view of it, a duplicate
 */
record PassedSocket(Path path, ServerSocketChannel channel) {
  /** The descriptor: the only one that the JDK takes, and can make non-blocking. */
  static final int DESCRIPTOR = 0;

  /**
   * The socket on standard input.
   *
   * @throws StartException if there is none that can be served
   */
  static PassedSocket take() throws IOException, StartException {
    Channel inherited = System.inheritedChannel();
    if (inherited instanceof ServerSocketChannel channel
        && channel.getLocalAddress() instanceof UnixDomainSocketAddress address
        && address.getPath().isAbsolute()) {
      // Who accepts must never be held up by a client that has gone again.
      channel.configureBlocking(false);
      return new PassedSocket(address.getPath(), channel);
    }
    throw new StartException(
        StartException.SETTINGS,
        "standard input is no listening Unix domain socket with an absolute path, as --inherited"
            + " says; start lockbrokerd without it, or from a socket unit");
  }
}
