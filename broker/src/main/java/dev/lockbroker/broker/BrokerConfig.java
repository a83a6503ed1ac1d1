package dev.lockbroker.broker;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a broker has to be told.
 *
 * @param socket where it listens
 * @param stateFolder where it notes repositories, and keeps the journals of paths outside any
 * @param logFile where its log is, for people
 * @param epoll whether to use epoll where there is epoll
 * @param passed the socket that it was passed, and that it serves instead of making one
 * @param idleExitNanos how long to stay when nobody needs it; {@link IdleWatch#NEVER}: for ever
 * @param environment where the service manager says how it wants to be told
 */
record BrokerConfig(
    Path socket,
    Path stateFolder,
    Path logFile,
    boolean epoll,
    @Nullable PassedSocket passed,
    long idleExitNanos,
    Map<String, String> environment) {
  static BrokerConfig of(Path socket, Path stateFolder) {
    Path log = stateFolder.resolve("lockbrokerd.log");
    return new BrokerConfig(socket, stateFolder, log, true, null, IdleWatch.NEVER, Map.of());
  }

  /** The same without epoll. */
  BrokerConfig withoutEpoll() {
    return new BrokerConfig(
        socket, stateFolder, logFile, false, passed, idleExitNanos, environment);
  }

  /** The same, leaving when nobody has needed it for so long. */
  BrokerConfig withIdleExit(long nanos) {
    return new BrokerConfig(socket, stateFolder, logFile, epoll, passed, nanos, environment);
  }
}
