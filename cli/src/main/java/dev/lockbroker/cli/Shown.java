package dev.lockbroker.cli;

import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Scope;
import java.nio.file.Path;

/** Names of things as messages write them. Foreign text is always escaped. */
final class Shown {
  private static final String WORKTREES = "/worktree/";

  private Shown() {}

  static String path(Path path) {
    return Printable.text(path.toString());
  }

  /** A word as a shell would need it. */
  static String quoted(String word) {
    String safe = Printable.text(word);
    for (int i = 0; i < safe.length(); i++) {
      char c = safe.charAt(i);
      if (!Character.isLetterOrDigit(c) && "/._-:=+@%".indexOf(c) < 0) {
        return "'" + safe.replace("'", "'\\''") + "'";
      }
    }
    return safe;
  }

  /**
   * A command line as {@code /proc} gave it. The JVM of a lockctl that waits itself is called by
   * its name: what it waits to run stands in its label.
   */
  static String command(String line) {
    boolean isOurs = line.indexOf(" -Dlockbroker.home=") > 0;
    return isOurs ? "lockctl" : Printable.text(line);
  }

  /** {@code worktree main}, {@code scope /ref/x}; empty for the whole repository. */
  static String scope(Scope scope) {
    String path = scope.path();
    if (path.equals("/")) {
      return "";
    }
    if (path.startsWith(WORKTREES) && path.indexOf('/', WORKTREES.length()) < 0) {
      return "worktree ".concat(worktree(path.substring(WORKTREES.length())));
    }
    return "scope ".concat(Printable.text(path));
  }

  private static String worktree(String id) {
    return id.equals(Lockable.MAIN_WORKTREE) ? "main" : Printable.text(id);
  }

  /** {@code 1st}, {@code 2nd}, {@code 11th}. */
  static String ordinal(int number) {
    int lastTwo = number % 100;
    boolean teen = lastTwo >= 11 && lastTwo <= 13;
    return switch (teen ? 0 : number % 10) {
      case 1 -> number + "st";
      case 2 -> number + "nd";
      case 3 -> number + "rd";
      default -> number + "th";
    };
  }

  /** {@code 1 lease}, {@code 2 leases}. */
  static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
