package dev.lockbroker.cli;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The user's broker, as far as it is there. */
final class Brokers {
  /** What {@code sockaddr_un} holds on Linux; the last byte is a zero. */
  private static final int MAX_SOCKET_PATH_BYTES = 107;

  private Brokers() {}

  /**
   * What the broker says of itself; null if there is none. Loads gRPC only if there is a socket.
   */
  static @Nullable BrokerInfo info(Path socket) {
    if (!isThere(socket)) {
      return null;
    }
    try (AdminClient admin = new AdminClient(socket)) {
      return admin.info();
    }
  }

  /** Asks the broker to end; false if there is none. */
  static boolean drain(Path socket) {
    if (!isThere(socket)) {
      return false;
    }
    try (AdminClient admin = new AdminClient(socket)) {
      return admin.drain();
    }
  }

  static boolean isThere(Path socket) {
    return Files.exists(socket, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Refuses a socket path that no system call can take.
   *
   * @throws CliException if it is too long
   */
  static void requireUsable(Path socket) {
    int length = socket.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    if (length > MAX_SOCKET_PATH_BYTES) {
      throw new CliException(
          ExitCode.SETTINGS,
          "the broker's socket path has "
              + length
              + " bytes and a socket can have "
              + MAX_SOCKET_PATH_BYTES
              + "; set LOCKBROKER_SOCKET to a shorter one");
    }
  }

  static CliException absent(Path socket) {
    return new CliException(
        ExitCode.NO_BROKER,
        "no broker answers at "
            + Shown.path(socket)
            + "; commands work without one, 'lockctl broker start' starts one");
  }
}
