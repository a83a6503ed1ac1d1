package dev.lockbroker.it;

import java.util.List;
import java.util.Locale;

/** What the suites have measured, one line each on the build's output. */
final class Figures {
  private Figures() {}

  /** Prints one line, {@code it: …}. */
  static void print(String format, Object... values) {
    System.out.println("it: " + String.format(Locale.ROOT, format, values));
  }

  /** {@code wait median 0.41 s max 1.93 s}. */
  static String spread(String what, List<Long> nanos) {
    if (nanos.isEmpty()) {
      return what + " never";
    }
    List<Long> sorted = nanos.stream().sorted().toList();
    return what
        + String.format(
            Locale.ROOT,
            " median %s max %s",
            time(sorted.get(sorted.size() / 2)),
            time(sorted.get(sorted.size() - 1)));
  }

  /** {@code 31.2 s} or {@code 4.7 ms}. */
  static String time(long nanos) {
    return nanos >= 1_000_000_000L
        ? String.format(Locale.ROOT, "%.2f s", nanos / 1e9)
        : String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
  }
}
