package dev.lockbroker.cli;

import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.process.Printable;
import java.util.Locale;

/** What a shell is given to evaluate. */
enum ShellCode {
  /** Any shell that knows {@code export}: sh, dash, bash, zsh, ksh. */
  SH,
  /** The friendly interactive one. */
  FISH;

  /**
   * Fails with this status in every shell, also under {@code set -e}. Evaluating nothing would
   * succeed, and the script would go on without its lock.
   */
  static String failing(int exit) {
    return "sh -c 'exit " + exit + "'";
  }

  /**
   * The shell that is meant by an option.
   *
   * @throws CliException if it is none that we know
   */
  static ShellCode of(String option) {
    return switch (option) {
      case "sh", "bash", "dash", "zsh", "ksh", "posix" -> SH;
      case "fish" -> FISH;
      default ->
          throw new CliException(
              ExitCode.USAGE, "--shell takes sh or fish, not '" + Printable.text(option) + "'");
    };
  }

  /** Sets and exports the variable; unsets it if there is no value. */
  String lease(String value) {
    String name = LeaseTag.VARIABLE;
    if (this == FISH) {
      return value.isEmpty() ? "set -e " + name : "set -gx " + name + " " + quoted(value);
    }
    return value.isEmpty() ? "unset " + name : name + "=" + quoted(value) + "; export " + name;
  }

  private String quoted(String value) {
    return this == FISH
        ? "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        : "'" + value.replace("'", "'\\''") + "'";
  }

  /** For messages. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
