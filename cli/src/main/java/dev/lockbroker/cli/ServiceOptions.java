package dev.lockbroker.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which service manager is meant, and how far to go. */
final class ServiceOptions {
  @Option(
      names = "--manager",
      paramLabel = "systemd|launchd",
      description = "Which service manager. Default: the one of this system.")
  @Nullable String manager;

  @Option(
      names = "--files-only",
      description = "Touch the files only, and say which commands are left to be run.")
  boolean filesOnly;

  ServiceManager manager() {
    if (manager == null) {
      return ServiceManager.ofSystem();
    }
    return switch (manager) {
      case "systemd" -> ServiceManager.SYSTEMD;
      case "launchd" -> ServiceManager.LAUNCHD;
      default ->
          throw new CliException(
              ExitCode.USAGE,
              "--manager is systemd or launchd, not " + Shown.quoted(manager) + "; give one");
    };
  }

  /** Says what is left for the user. */
  void say(String what, List<List<String>> commands) {
    Console.answer(filesOnly ? what : "the service manager cannot be reached from here; " + what);
    for (List<String> command : commands) {
      Console.answer("  " + String.join(" ", command));
    }
  }

  /**
   * Runs all of them.
   *
   * @throws CliException at the first that fails
   */
  static void run(List<List<String>> commands) {
    for (List<String> command : commands) {
      int status = ServiceManager.run(command.toArray(String[]::new));
      if (status != 0) {
        throw new CliException(
            ExitCode.NO_BROKER,
            "'"
                + String.join(" ", command)
                + "' ended with exit code "
                + status
                + "; run it by hand to see why");
      }
    }
  }
}
