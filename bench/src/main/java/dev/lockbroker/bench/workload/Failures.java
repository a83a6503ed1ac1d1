package dev.lockbroker.bench.workload;

import java.util.stream.Collectors;

/** What went wrong, for a note. */
final class Failures {
  private static final int MOST_LINES = 2;

  private Failures() {}

  /** The beginning of its message, in one line: some come with a whole log. */
  static String brief(Exception failure) {
    return String.valueOf(failure.getMessage())
        .lines()
        .limit(MOST_LINES)
        .map(String::trim)
        .collect(Collectors.joining(" "));
  }
}
