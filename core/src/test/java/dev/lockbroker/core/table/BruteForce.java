package dev.lockbroker.core.table;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The rule of conflict, spelled out a second time without the production code. */
final class BruteForce {
  private static final Map<String, Boolean> KNOWN = new ConcurrentHashMap<>();

  private BruteForce() {}

  static boolean anyConflict(List<Claims> set, Claims asked) {
    for (Claims claims : set) {
      if (conflict(claims.toString(), asked.toString())) {
        return true;
      }
    }
    return false;
  }

  /** Claims as text, {@code X:/a,S:/b}; no commas in scopes. */
  static boolean conflict(String one, String other) {
    Boolean known = KNOWN.get(one + " " + other);
    if (known == null) {
      known = compare(one, other);
      KNOWN.put(one + " " + other, known);
    }
    return known;
  }

  private static boolean compare(String one, String other) {
    for (String mine : one.split(",", -1)) {
      for (String theirs : other.split(",", -1)) {
        boolean bothShared = mine.charAt(0) == 'S' && theirs.charAt(0) == 'S';
        if (!bothShared && overlap(components(mine), components(theirs))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean overlap(List<String> one, List<String> other) {
    int common = Math.min(one.size(), other.size());
    return one.subList(0, common).equals(other.subList(0, common));
  }

  private static List<String> components(String claim) {
    String path = claim.substring(3);
    return path.isEmpty() ? List.of() : Arrays.asList(path.split("/", -1));
  }
}
