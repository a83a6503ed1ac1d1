package dev.lockbroker.cli;

import dev.lockbroker.core.process.Printable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What becomes of a command whose lock is lost while it runs. */
enum OnLost {
  /** It is ended, and what it started: SIGTERM, a grace, SIGKILL. */
  TERM,
  /** It is warned of, and goes on. */
  WARN;

  static final String OPTION = "--on-lost";
  static final String VARIABLE = "LOCKBROKER_ON_LOST";

  /**
   * What the option says, else the environment, else {@link #TERM}.
   *
   * @throws CliException if it is no such word
   */
  static OnLost of(@Nullable String option, Map<String, String> environment) {
    if (option != null) {
      return parse(OPTION, option, ExitCode.USAGE);
    }
    String setting = environment.getOrDefault(VARIABLE, "");
    return setting.isEmpty() ? TERM : parse(VARIABLE, setting, ExitCode.SETTINGS);
  }

  private static OnLost parse(String name, String word, int exitCode) {
    return switch (word) {
      case "term" -> TERM;
      case "warn" -> WARN;
      default ->
          throw new CliException(
              exitCode, name + " is term or warn, not '" + Printable.text(word) + "'");
    };
  }
}
