package dev.lockbroker.core.table;

import java.util.HashSet;
import java.util.Set;

/**
 * A growing set of claims that answers "does this conflict with any of you?" in the depth of the
 * scope instead of the size of the set. Two scopes overlap when one is an ancestor of the other, so
 * it keeps the scopes themselves and, apart from them, all their ancestors.
 */
final class ClaimIndex {
  private final Set<String> exclusive = new HashSet<>();
  private final Set<String> exclusiveAncestors = new HashSet<>();
  private final Set<String> any = new HashSet<>();
  private final Set<String> anyAncestors = new HashSet<>();

  void add(Claims claims) {
    for (Claim claim : claims.list()) {
      String path = claim.scope().path();
      addTo(any, anyAncestors, path);
      if (claim.mode() == LockMode.EXCLUSIVE) {
        addTo(exclusive, exclusiveAncestors, path);
      }
    }
  }

  /** Whether nothing whatever can be added without a conflict. */
  boolean isFull() {
    return exclusive.contains("/");
  }

  boolean conflictsWith(Claims claims) {
    for (Claim claim : claims.list()) {
      String path = claim.scope().path();
      boolean conflict =
          claim.mode() == LockMode.EXCLUSIVE
              ? overlaps(any, anyAncestors, path)
              : overlaps(exclusive, exclusiveAncestors, path);
      if (conflict) {
        return true;
      }
    }
    return false;
  }

  private static boolean overlaps(Set<String> scopes, Set<String> ancestors, String path) {
    if (scopes.isEmpty()) {
      return false;
    }
    if (scopes.contains(path) || ancestors.contains(path)) {
      return true;
    }
    for (String up = parent(path); !up.isEmpty(); up = parent(up)) {
      if (scopes.contains(up)) {
        return true;
      }
    }
    return false;
  }

  private static void addTo(Set<String> scopes, Set<String> ancestors, String path) {
    scopes.add(path);
    for (String up = parent(path); !up.isEmpty(); up = parent(up)) {
      ancestors.add(up);
    }
  }

  /** The scope above; empty above the root. */
  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    if (slash > 0) {
      return path.substring(0, slash);
    }
    return path.length() > 1 ? "/" : "";
  }
}
