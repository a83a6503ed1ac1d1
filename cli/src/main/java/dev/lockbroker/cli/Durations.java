package dev.lockbroker.cli;

import dev.lockbroker.core.process.Printable;
import java.time.Duration;

/** Durations as people write and read them. */
final class Durations {
  /** Longer than any machine runs; keeps nanoseconds within a {@code long}. */
  private static final long MAX_MILLIS = 100L * 365 * 24 * 3_600_000;

  private Durations() {}

  /**
   * {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h}, or plain seconds.
   *
   * @param name what it is for, for the message
   * @throws CliException if it is nothing of that
   */
  static Duration parse(String name, String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    long unit = unitMillis(text.substring(digits));
    // 13 digits cannot overflow, and are more than the bound in every unit.
    if (digits == 0 || digits > 13 || unit == 0) {
      throw malformed(name, text);
    }
    long number = Long.parseLong(text.substring(0, digits));
    if (number > MAX_MILLIS / unit) {
      throw malformed(name, text);
    }
    return Duration.ofMillis(number * unit);
  }

  /**
   * The same for a variable of the environment.
   *
   * @throws CliException naming a wrong setting
   */
  static Duration setting(String name, String text) {
    try {
      return parse(name, text);
    } catch (CliException e) {
      throw new CliException(ExitCode.SETTINGS, Failures.explain(e));
    }
  }

  private static long unitMillis(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "", "s" -> 1_000;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      default -> 0;
    };
  }

  private static CliException malformed(String name, String text) {
    return new CliException(
        ExitCode.USAGE,
        name
            + " takes a duration such as 500ms, 10s, 5m or 1h (plain numbers are seconds), not '"
            + Printable.text(text)
            + "'");
  }

  /** {@code 420 ms}, {@code 12 s}, {@code 3 min 5 s}, {@code 2 h 5 min}. */
  static String show(long millis) {
    if (millis < 1_000) {
      return Math.max(0, millis) + " ms";
    }
    long seconds = millis / 1_000;
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3_600) {
      return pair(seconds / 60, " min", seconds % 60, " s");
    }
    if (seconds < 86_400) {
      return pair(seconds / 3_600, " h", seconds % 3_600 / 60, " min");
    }
    return pair(seconds / 86_400, " d", seconds % 86_400 / 3_600, " h");
  }

  private static String pair(long large, String largeUnit, long small, String smallUnit) {
    String shown = large + largeUnit;
    return small == 0 ? shown : shown + " " + small + smallUnit;
  }
}
