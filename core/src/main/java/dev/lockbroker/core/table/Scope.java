package dev.lockbroker.core.table;

import dev.lockbroker.core.process.Printable;
import org.jspecify.annotations.Nullable;

/**
 * The part of a repository that a {@link Claim} is about: {@code /} is all of it, {@code
 * /worktree/<id>}, {@code /ref/<name>} or {@code /name/<anything>} a part. Scopes nest by path
 * <em>components</em>: {@code /worktree/a} contains {@code /worktree/a/b}, not {@code
 * /worktree/ab}.
 *
 * @param path the canonical text: starts with {@code /}, no empty, {@code .} or {@code ..}
 *     component, no control character, no half of a surrogate pair (it would come back from a
 *     journal as another character), no trailing slash but in the root
 */
public record Scope(String path) {
  /** The whole repository. */
  public static final Scope ROOT = new Scope("/");

  /**
   * Longest scope in UTF-8 bytes: git's own limit for a path is 4096, ref names are far shorter.
   */
  public static final int MAX_BYTES = 1024;

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public Scope {
    if (path.isEmpty() || path.charAt(0) != '/') {
      throw new IllegalArgumentException("a scope starts with '/': '" + Printable.text(path) + "'");
    }
    if (Text.utf8Length(path) > MAX_BYTES) {
      throw new IllegalArgumentException("a scope is at most " + MAX_BYTES + " bytes long");
    }
    if (!Text.isWellFormed(path)) {
      throw new IllegalArgumentException(
          "a scope is well-formed Unicode: '" + Printable.text(path) + "'");
    }
    if (path.length() > 1) {
      checkComponents(path);
    }
  }

  /** Whether {@code other} is this scope or a part of it. */
  public boolean contains(Scope other) {
    String theirs = other.path;
    return path.length() == 1
        || (theirs.startsWith(path)
            && (theirs.length() == path.length() || theirs.charAt(path.length()) == '/'));
  }

  /** Whether one of the two contains the other. */
  public boolean overlaps(Scope other) {
    return contains(other) || other.contains(this);
  }

  // Written out, as in ProcessIdentity: a short command pays for what is linked at first use.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Scope that && path.equals(that.path);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }

  @Override
  public String toString() {
    return path;
  }

  private static void checkComponents(String path) {
    int start = 1;
    while (start <= path.length()) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      checkComponent(path, start, end);
      start = end + 1;
    }
  }

  private static void checkComponent(String path, int start, int end) {
    String component = path.substring(start, end);
    if (component.isEmpty() || component.equals(".") || component.equals("..")) {
      throw new IllegalArgumentException(
          "a scope has no empty, '.' or '..' component: '" + Printable.text(path) + "'");
    }
    for (int i = 0; i < component.length(); i++) {
      if (Character.isISOControl(component.charAt(i))) {
        throw new IllegalArgumentException(
            "a scope has no control character: '" + Printable.text(path) + "'");
      }
    }
  }
}
