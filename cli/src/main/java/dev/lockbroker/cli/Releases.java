package dev.lockbroker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which of two releases is the older one. */
final class Releases {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private Releases() {}

  /**
   * Whether the first is certainly older, by its numbers alone: what comes after them ({@code
   * -SNAPSHOT}) says nothing, and what has none is of no age.
   */
  static boolean isOlder(String one, String other) {
    List<Integer> left = numbers(one);
    List<Integer> right = numbers(other);
    if (left.isEmpty() || right.isEmpty()) {
      return false;
    }
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      int difference = number(left, i) - number(right, i);
      if (difference != 0) {
        return difference < 0;
      }
    }
    return false;
  }

  private static int number(List<Integer> numbers, int index) {
    return index < numbers.size() ? numbers.get(index) : 0;
  }

  private static List<Integer> numbers(String version) {
    List<Integer> numbers = new ArrayList<>();
    Matcher matcher = NUMBER.matcher(version);
    int at = 0;
    while (matcher.find(at) && matcher.start() == at) {
      numbers.add(Integer.parseInt(matcher.group()));
      at = matcher.end();
      if (at >= version.length() || version.charAt(at) != '.') {
        break;
      }
      at++;
    }
    return numbers;
  }
}
