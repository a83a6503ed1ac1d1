package dev.lockbroker.cli;

import java.util.Locale;

/**
 * What one check of {@code doctor} has found.
 *
 * @param check its name
 * @param level how bad it is
 * @param text what there is, in one line
 * @param fix what to do about it, in one line; empty if all is well
 */
record Finding(String check, Level level, String text, String fix) {
  /** How bad something is. */
  enum Level {
    /** As it should be. */
    OK,
    /** Works, but not as well as it could, or not for everybody. */
    WARN,
    /** Does not work. */
    FAIL;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String check, String text) {
    return new Finding(check, Level.OK, text, "");
  }

  static Finding warn(String check, String text, String fix) {
    return new Finding(check, Level.WARN, text, fix);
  }

  static Finding fail(String check, String text, String fix) {
    return new Finding(check, Level.FAIL, text, fix);
  }

  /** {@code warn git git 1.9 is older than 2.20}. */
  String line() {
    return level.word()
        + " ".repeat(6 - level.word().length())
        + check
        + " ".repeat(Math.max(1, 15 - check.length()))
        + text;
  }
}
