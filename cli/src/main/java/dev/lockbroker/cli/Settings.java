package dev.lockbroker.cli;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.LinuxProcesses;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.RepositoryResolver;
import dev.lockbroker.core.repository.ResolutionException;
import dev.lockbroker.core.repository.UserFolders;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** This process, its user's folders, and the repository that is meant. */
final class Settings {
  private final Map<String, String> environment;
  private final Host host;
  private final Processes processes;
  private final UserFolders folders;

  private Settings(Map<String, String> environment, Host host) {
    this.environment = environment;
    this.host = host;
    this.processes = new LinuxProcesses(host, Path.of("/proc"));
    this.folders = new UserFolders(environment, System.getProperties(), host.uid());
  }

  /** As this process was started. */
  static Settings current() {
    return new Settings(System.getenv(), LinuxHost.current());
  }

  Map<String, String> environment() {
    return environment;
  }

  Host host() {
    return host;
  }

  Processes processes() {
    return processes;
  }

  Path socket() {
    return folder("LOCKBROKER_SOCKET", true);
  }

  Path stateFolder() {
    return folder("LOCKBROKER_STATE", false);
  }

  /**
   * The repository that is meant.
   *
   * @param chosen by {@code --repo}; null means where we are, as git would understand it
   */
  Lockable lockable(@Nullable String chosen) throws ResolutionException {
    // Chosen by hand: GIT_DIR and its like belong to where we are.
    Map<String, String> rules = chosen == null ? environment : Map.of();
    return RepositoryResolver.resolve(path(chosen), rules, stateFolder());
  }

  /**
   * The path that is meant, absolute.
   *
   * @param chosen by {@code --repo}; null means where we are
   */
  static Path path(@Nullable String chosen) {
    if (chosen != null && chosen.isEmpty()) {
      throw new CliException(
          ExitCode.USAGE, "an empty path names no repository; is a variable not set?");
    }
    try {
      return Path.of(chosen == null ? System.getProperty("user.dir", ".") : chosen)
          .toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new CliException(
          ExitCode.NO_SUCH_PATH, "this is no path: " + e.getReason() + "; check it");
    }
  }

  /** The state folder under these variables, for where it is only named: costs no look at us. */
  static Path stateFolderOf(Map<String, String> environment) {
    try {
      return new UserFolders(environment, System.getProperties(), 0).state();
    } catch (InvalidPathException e) {
      throw new CliException(
          ExitCode.SETTINGS,
          "LOCKBROKER_STATE is no path: " + e.getReason() + "; correct or unset it");
    }
  }

  private Path folder(String variable, boolean isSocket) {
    Path folder;
    try {
      folder = isSocket ? folders.socket() : folders.state();
    } catch (InvalidPathException e) {
      throw new CliException(
          ExitCode.SETTINGS, variable + " is no path: " + e.getReason() + "; correct or unset it");
    }
    String setting = environment.getOrDefault(variable, "");
    if (!setting.isEmpty() && !setting.startsWith("/")) {
      throw new CliException(
          ExitCode.SETTINGS,
          variable
              + " is "
              + Shown.quoted(setting)
              + ", which is another place in each folder; make it absolute");
    }
    return folder;
  }
}
