package dev.lockbroker.cli.git;

import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of one sub-command, told apart as git's option parser does: options anywhere before
 * {@code --}, short ones in bundles, long ones abbreviated.
 *
 * <p>Which options take the next word as their value has to be known; all else counts as a flag. A
 * value that is taken for an argument makes a command claim more, never less.
 */
final class Words {
  private final List<String> options = new ArrayList<>();
  private final StringBuilder letters = new StringBuilder();
  private final List<String> values = new ArrayList<>();
  private final List<String> positionals = new ArrayList<>();
  private int dashes = -1;

  /**
   * Reads arguments.
   *
   * @param shortValued letters of options with a value
   * @param longValued names of options whose value may be the next word, each between spaces
   */
  Words(List<String> arguments, String shortValued, String longValued) {
    int i = 0;
    while (i < arguments.size()) {
      String word = arguments.get(i);
      i++;
      if (word.equals("--") || word.equals("--end-of-options")) {
        dashes = word.equals("--") ? positionals.size() : -1;
        positionals.addAll(arguments.subList(i, arguments.size()));
        return;
      }
      boolean takesNext = false;
      if (word.startsWith("--")) {
        takesNext = isValued(word, longValued);
        options.add(word);
        values.add(takesNext && i < arguments.size() ? arguments.get(i) : joined(word));
      } else if (word.length() > 1 && word.charAt(0) == '-') {
        takesNext = bundle(word, shortValued, i < arguments.size() ? arguments.get(i) : "");
      } else {
        positionals.add(word);
      }
      i += takesNext ? 1 : 0;
    }
  }

  /** Abbreviations count, but for the flag that begins as an option with a value does. */
  private static boolean isValued(String word, String longValued) {
    return word.indexOf('=') < 0
        && !word.equals("--force")
        && longValued.indexOf(" ".concat(word)) >= 0;
  }

  private static String joined(String word) {
    int equals = word.indexOf('=');
    return equals < 0 ? "" : word.substring(equals + 1);
  }

  /** Whether its last letter takes the next word. */
  private boolean bundle(String word, String shortValued, String next) {
    for (int i = 1; i < word.length(); i++) {
      char letter = word.charAt(i);
      letters.append(letter);
      if (shortValued.indexOf(letter) >= 0) {
        boolean takesNext = i == word.length() - 1;
        options.add("-".concat(String.valueOf(letter)));
        values.add(takesNext ? next : word.substring(i + 1));
        return takesNext;
      }
    }
    return false;
  }

  /** Whether a short option is given. */
  boolean has(char letter) {
    return letters.indexOf(String.valueOf(letter)) >= 0;
  }

  /** Whether a long option is given, maybe abbreviated, and not taken back. */
  boolean has(String name) {
    return isGiven(name) && !isGiven("--no-".concat(name.substring(2)));
  }

  /** Whether one of these options is given; each between spaces. */
  boolean hasAny(String names) {
    int start = 0;
    while (start < names.length()) {
      int end = names.indexOf(' ', start);
      end = end < 0 ? names.length() : end;
      if (end > start && has(names.substring(start, end))) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }

  private boolean isGiven(String name) {
    for (String option : options) {
      int equals = option.indexOf('=');
      int length = equals < 0 ? option.length() : equals;
      if (length > 2 && length <= name.length() && name.startsWith(option.substring(0, length))) {
        return true;
      }
    }
    return false;
  }

  /** The last value of an option, such as {@code -b} or {@code --orphan}; empty if it has none. */
  String value(String option) {
    String found = "";
    for (int i = 0; i < options.size(); i++) {
      String given = options.get(i);
      int equals = given.startsWith("--") ? given.indexOf('=') : -1;
      String name = equals < 0 ? given : given.substring(0, equals);
      boolean isLong = name.startsWith("--") && name.length() > 2;
      boolean isIt = isLong ? option.startsWith(name) : option.equals(name);
      if (isIt) {
        found = values.get(i);
      }
    }
    return found;
  }

  /** The arguments that are no options. */
  List<String> positionals() {
    return positionals;
  }

  /** How many of them stand before {@code --}; -1 if there is none. */
  int beforeDashes() {
    return dashes;
  }
}
