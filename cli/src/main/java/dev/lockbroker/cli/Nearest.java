package dev.lockbroker.cli;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the name that somebody may have meant. */
final class Nearest {
  private Nearest() {}

  /**
   * The name that takes the fewest changes to become the word, unless those are more than two and a
   * third of it.
   */
  static @Nullable String to(String word, Collection<String> names) {
    int equals = word.indexOf('=');
    String meant = equals < 0 ? word : word.substring(0, equals);
    String nearest = null;
    int best = Math.max(2, meant.length() / 3) + 1;
    for (String name : names) {
      int changes = distance(meant, name);
      if (changes < best) {
        best = changes;
        nearest = name;
      }
    }
    return nearest;
  }

  /** Letters inserted, removed or replaced. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
