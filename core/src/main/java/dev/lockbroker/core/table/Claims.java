package dev.lockbroker.core.table;

import java.util.LinkedHashSet;
import java.util.List;

/**
 * The claims of one request: granted all together or not at all.
 *
 * @param list at least one, without doubles, in the order asked for
 */
public record Claims(List<Claim> list) {
  /** More scopes than any git operation needs; bounds a journal line. */
  public static final int MAX = 16;

  /**
   * Copies the list and drops doubles.
   *
   * @throws IllegalArgumentException if it is empty or longer than {@link #MAX}
   */
  public Claims {
    list = List.copyOf(new LinkedHashSet<>(list));
    if (list.isEmpty()) {
      throw new IllegalArgumentException("a request needs at least one claim");
    }
    if (list.size() > MAX) {
      throw new IllegalArgumentException("a request has at most " + MAX + " claims");
    }
  }

  /** One claim. */
  public static Claims of(LockMode mode, Scope scope) {
    return new Claims(List.of(new Claim(mode, scope)));
  }

  /** Whether any claim of one conflicts with any of the other. */
  public boolean conflictWith(Claims other) {
    for (Claim mine : list) {
      for (Claim theirs : other.list) {
        if (mine.conflictsWith(theirs)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether each claim of {@code other} is covered by one of these. */
  public boolean cover(Claims other) {
    for (Claim theirs : other.list) {
      if (!cover(theirs)) {
        return false;
      }
    }
    return true;
  }

  /** Whether one of these covers it. */
  boolean cover(Claim theirs) {
    for (Claim mine : list) {
      if (mine.covers(theirs)) {
        return true;
      }
    }
    return false;
  }

  /** The claims joined by commas, as {@link Claim#toString()} writes each. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (Claim claim : list) {
      if (out.length() > 0) {
        out.append(',');
      }
      out.append(claim);
    }
    return out.toString();
  }
}
