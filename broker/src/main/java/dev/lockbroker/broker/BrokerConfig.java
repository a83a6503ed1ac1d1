package dev.lockbroker.broker;

import java.nio.file.Path;

/**
 * What a broker has to be told.
 *
 * @param socket where it listens
 * @param stateFolder where it notes repositories, and keeps the journals of paths outside any
 * @param logFile where its log is, for people
 * @param epoll whether to use epoll where there is epoll
 */
record BrokerConfig(Path socket, Path stateFolder, Path logFile, boolean epoll) {
  static BrokerConfig of(Path socket, Path stateFolder) {
    return new BrokerConfig(socket, stateFolder, stateFolder.resolve("lockbrokerd.log"), true);
  }
}
