package dev.lockbroker.core.repository;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where this user's broker listens and where state is kept. Only names: nothing is looked at, made
 * or checked here.
 */
public final class UserFolders {
  private final Map<String, String> environment;
  private final Properties system;
  private final long uid;

  /**
   * The folders under these settings.
   *
   * @param environment the environment variables
   * @param system the system properties of this JVM
   * @param uid the effective user
   */
  public UserFolders(Map<String, String> environment, Properties system, long uid) {
    this.environment = environment;
    this.system = system;
    this.uid = uid;
  }

  /**
   * The broker's socket: {@code $LOCKBROKER_SOCKET}, else in {@code $XDG_RUNTIME_DIR}, else in a
   * folder of the user's own below the temporary one. Others can make that last folder first:
   * whoever uses it must make it with mode 0700 and check its owner.
   */
  public Path socket() {
    Path chosen = path("LOCKBROKER_SOCKET");
    if (chosen != null) {
      return chosen;
    }
    Path runtime = absolute("XDG_RUNTIME_DIR");
    return runtime != null
        ? runtime.resolve("lockbroker/broker.sock")
        : temporary().resolve("broker.sock");
  }

  /**
   * The state folder: {@code $LOCKBROKER_STATE}, else in {@code $XDG_STATE_HOME}, else in {@code
   * $HOME/.local/state}. Without a home it is in the temporary folder, under the same conditions as
   * the socket.
   */
  public Path state() {
    Path chosen = path("LOCKBROKER_STATE");
    if (chosen != null) {
      return chosen;
    }
    Path state = absolute("XDG_STATE_HOME");
    if (state != null) {
      return state.resolve("lockbroker");
    }
    Path home = absolute("HOME");
    return home != null ? home.resolve(".local/state/lockbroker") : temporary().resolve("state");
  }

  private Path temporary() {
    String folder = "lockbroker-".concat(Long.toString(uid));
    return Path.of(system.getProperty("java.io.tmpdir", "/tmp")).resolve(folder);
  }

  /** Our own variables may be relative; empty is as good as unset. */
  private @Nullable Path path(String variable) {
    String value = environment.get(variable);
    return value == null || value.isEmpty() ? null : Path.of(value).toAbsolutePath();
  }

  /** The XDG specification wants relative paths to be ignored. */
  private @Nullable Path absolute(String variable) {
    String value = environment.get(variable);
    return value == null || !value.startsWith("/") ? null : Path.of(value);
  }
}
