package dev.lockbroker.cli;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The user's broker, as far as it is there. */
final class Brokers {
  /** What {@code sockaddr_un} holds on Linux; the last byte is a zero. */
  private static final int MAX_SOCKET_PATH_BYTES = 107;

  /** Ten times what a broker allows itself. */
  private static final long END_MILLIS = 10_000;

  private static final long PAUSE_MILLIS = 20;

  private Brokers() {}

  /**
   * What the broker says of itself; null if there is none. Loads gRPC only if there is a socket.
   */
  static @Nullable BrokerInfo info(Path socket) {
    return info(socket, AdminClient.COMMAND_SECONDS);
  }

  /** The same for somebody who can do without. */
  static @Nullable BrokerInfo glance(Path socket) {
    return info(socket, AdminClient.LOOK_SECONDS);
  }

  private static @Nullable BrokerInfo info(Path socket, long patienceSeconds) {
    if (!isThere(socket)) {
      return null;
    }
    try (AdminClient admin = new AdminClient(socket, patienceSeconds)) {
      return admin.info();
    }
  }

  /** Asks the broker to end; false if there is none. */
  static boolean drain(Path socket) {
    if (!isThere(socket)) {
      return false;
    }
    try (AdminClient admin = new AdminClient(socket, AdminClient.COMMAND_SECONDS)) {
      return admin.drain();
    }
  }

  /**
   * Waits until a broker that was told to stop has ended. Its socket is gone by then.
   *
   * @throws CliException if it is still there after {@link #END_MILLIS}
   */
  static void awaitEnd(Settings settings, BrokerInfo broker) throws InterruptedException {
    ProcessIdentity process = process(settings, broker.pid());
    long end = System.nanoTime() + END_MILLIS * 1_000_000;
    while (process != null && settings.processes().judge(process) != Verdict.DEAD) {
      if (System.nanoTime() - end >= 0) {
        throw new CliException(
            ExitCode.NO_BROKER,
            "the broker (pid "
                + broker.pid()
                + ") was told to stop and is still there after "
                + Durations.show(END_MILLIS)
                + "; look at "
                + Shown.quoted(broker.logFile())
                + ", or kill it: nothing is lost by that");
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /**
   * Ends a broker and has another one in its place.
   *
   * @param changes to the next one's environment, unless a service manager starts it
   * @return the next one
   */
  static BrokerInfo replace(Settings settings, BrokerInfo former, Map<String, String> changes)
      throws IOException, InterruptedException {
    Path socket = settings.socket();
    // False: somebody else has told it so at this moment.
    boolean unused = drain(socket);
    awaitEnd(settings, former);
    // Where a service manager listens, the question itself starts one.
    BrokerInfo next = info(socket);
    return next != null ? next : BrokerLauncher.start(socket, settings.stateFolder(), changes);
  }

  /** Whether the process that was the last one to take the place for a broker lives. */
  static boolean isPlaceTaken(Path socket) {
    OptionalLong pid = lockedBy(socket);
    return pid.isPresent() && process(Settings.current(), pid.getAsLong()) != null;
  }

  /** The pid that a broker leaves in its lock; empty if there is none to be read. */
  static OptionalLong lockedBy(Path socket) {
    try {
      String text = Files.readString(socket.resolveSibling("broker.lock")).strip();
      return text.matches("[0-9]{1,18}")
          ? OptionalLong.of(Long.parseLong(text))
          : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** The process with this number, if it has not ended. One nobody has waited for has ended. */
  private static @Nullable ProcessIdentity process(Settings settings, long pid) {
    OptionalLong start = settings.processes().startTicks(pid);
    if (start.isEmpty()) {
      return null;
    }
    ProcessIdentity self = settings.host().self();
    ProcessIdentity process =
        new ProcessIdentity(pid, start.getAsLong(), self.pidNamespace(), settings.host().uid());
    return settings.processes().judge(process) == Verdict.DEAD ? null : process;
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
