package dev.lockbroker.client;

import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.repository.UserFolders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Logger;

/**
 * How a client finds its broker and its state. Immutable.
 *
 * @param mode with or without a broker
 * @param socket where the broker listens
 * @param state the user's state folder
 * @param label what requests without a label are called
 * @param attachAfter in mode {@link Mode#AUTO}, how long a request that has to wait uses the
 *     journal alone before it attaches to the broker; by default {@link #ATTACH_AFTER}; zero: the
 *     broker is asked first
 * @param environment where {@code LOCKBROKER_LEASE} is read, and what a child's copy of it extends
 * @param gitEnvironment git's variables that say where a repository is. Empty by default: a path
 *     that a request names is not overruled by {@code GIT_DIR}
 * @param notices is told, on any thread, what a person should know and no request fails for: a
 *     broker of another version. By default a warning of the JDK's logging
 * @param brokerCommand where there is no broker when one would serve, this is run to start one, and
 *     ends when it answers; empty: none is started. It is asked for once, then, on a thread of its
 *     own
 */
public record ClientOptions(
    Mode mode,
    Path socket,
    Path state,
    String label,
    Duration attachAfter,
    Map<String, String> environment,
    Map<String, String> gitEnvironment,
    Consumer<String> notices,
    Supplier<List<String>> brokerCommand) {

  /**
   * Whoever waits for longer is better served by a broker, which looks for all at once. A free lock
   * is taken, and a short wait ends, sooner without it (ADR 30).
   */
  public static final Duration ATTACH_AFTER = Duration.ofSeconds(1);

  /** No lambda: linking one costs a command that is short. */
  private static final Consumer<String> LOG =
      new Consumer<>() {
        @Override
        public void accept(String notice) {
          Logger.getLogger("dev.lockbroker.client").warning(notice);
        }
      };

  /** With or without a broker. */
  public enum Mode {
    /** The journal directly; a broker, where one answers, for those who wait for long. */
    AUTO,
    /** A broker for everything; where none answers, requests fail. Leases outlive it. */
    BROKER,
    /** The journal directly, always. */
    DIRECT
  }

  /** Copies the maps. */
  public ClientOptions {
    environment = Map.copyOf(environment);
    gitEnvironment = Map.copyOf(gitEnvironment);
  }

  /**
   * What the environment says: {@code LOCKBROKER_MODE} ({@code auto}, {@code broker}, {@code
   * direct}), {@code LOCKBROKER_SOCKET}, {@code LOCKBROKER_STATE}, {@code LOCKBROKER_LABEL}, {@code
   * LOCKBROKER_AUTOSTART} ({@code true}: {@code lockctl} on the search path starts a broker where
   * there is none) and the XDG variables.
   *
   * @throws InvalidRequestException if a setting is malformed
   */
  public static ClientOptions fromEnvironment(Map<String, String> environment) {
    UserFolders folders =
        new UserFolders(environment, systemProperties(), LinuxHost.current().uid());
    return new ClientOptions(
        modeOf(environment.getOrDefault("LOCKBROKER_MODE", "auto")),
        folders.socket(),
        folders.state(),
        environment.getOrDefault("LOCKBROKER_LABEL", ""),
        ATTACH_AFTER,
        environment,
        Map.of(),
        LOG,
        new BrokerCommand(environment));
  }

  private static Properties systemProperties() {
    return System.getProperties();
  }

  private static Mode modeOf(String word) {
    return switch (word) {
      case "auto", "" -> Mode.AUTO;
      case "broker" -> Mode.BROKER;
      case "direct" -> Mode.DIRECT;
      default ->
          throw new InvalidRequestException(
              "LOCKBROKER_MODE is auto, broker or direct, not '" + word + "'", null);
    };
  }

  /** The same with another mode. */
  public ClientOptions withMode(Mode other) {
    return new ClientOptions(
        other,
        socket,
        state,
        label,
        attachAfter,
        environment,
        gitEnvironment,
        notices,
        brokerCommand);
  }

  /** The same with another socket. */
  public ClientOptions withSocket(Path other) {
    return new ClientOptions(
        mode,
        other,
        state,
        label,
        attachAfter,
        environment,
        gitEnvironment,
        notices,
        brokerCommand);
  }

  /** The same with another state folder. */
  public ClientOptions withState(Path other) {
    return new ClientOptions(
        mode,
        socket,
        other,
        label,
        attachAfter,
        environment,
        gitEnvironment,
        notices,
        brokerCommand);
  }

  /** The same with another label. */
  public ClientOptions withLabel(String other) {
    return new ClientOptions(
        mode,
        socket,
        state,
        other,
        attachAfter,
        environment,
        gitEnvironment,
        notices,
        brokerCommand);
  }

  /** The same, asking the broker only for requests that wait longer than that. */
  public ClientOptions withAttachAfter(Duration other) {
    return new ClientOptions(
        mode, socket, state, label, other, environment, gitEnvironment, notices, brokerCommand);
  }

  /** The same with another environment. */
  public ClientOptions withEnvironment(Map<String, String> other) {
    return new ClientOptions(
        mode, socket, state, label, attachAfter, other, gitEnvironment, notices, brokerCommand);
  }

  /** The same, resolving paths as git would under these variables. */
  public ClientOptions withGitEnvironment(Map<String, String> other) {
    return new ClientOptions(
        mode, socket, state, label, attachAfter, environment, other, notices, brokerCommand);
  }

  /** The same, telling another one what a person should know. */
  public ClientOptions withNotices(Consumer<String> other) {
    return new ClientOptions(
        mode, socket, state, label, attachAfter, environment, gitEnvironment, other, brokerCommand);
  }

  /** The same, starting a broker by this command, or none if it is empty. */
  public ClientOptions withBrokerCommand(Supplier<List<String>> other) {
    return new ClientOptions(
        mode, socket, state, label, attachAfter, environment, gitEnvironment, notices, other);
  }
}
