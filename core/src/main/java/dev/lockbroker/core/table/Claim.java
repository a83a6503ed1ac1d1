package dev.lockbroker.core.table;

import dev.lockbroker.core.process.Printable;
import org.jspecify.annotations.Nullable;

/**
 * What a request wants: a scope in a mode.
 *
 * @param mode shared or exclusive
 * @param scope the part of the repository
 */
public record Claim(LockMode mode, Scope scope) {
  /** Whether the two cannot be held together: the scopes overlap and not both are shared. */
  public boolean conflictsWith(Claim other) {
    return (mode == LockMode.EXCLUSIVE || other.mode == LockMode.EXCLUSIVE)
        && scope.overlaps(other.scope);
  }

  /** Whether whoever holds this claim needs nothing more to do what {@code other} asks for. */
  public boolean covers(Claim other) {
    return scope.contains(other.scope)
        && (mode == LockMode.EXCLUSIVE || other.mode == LockMode.SHARED);
  }

  // Written out, as in ProcessIdentity: a short command pays for what is linked at first use.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Claim that && mode == that.mode && scope.equals(that.scope);
  }

  @Override
  public int hashCode() {
    return 31 * scope.hashCode() + mode.letter();
  }

  /** {@code X:/worktree/a}. */
  @Override
  public String toString() {
    return mode.letter() + ":" + scope;
  }

  /**
   * The claim written as {@code X:/scope}.
   *
   * @throws IllegalArgumentException if the text is not of that form
   */
  public static Claim parse(String text) {
    if (text.length() < 3 || text.charAt(1) != ':') {
      throw new IllegalArgumentException(
          "a claim reads MODE:SCOPE, not '" + Printable.text(text) + "'");
    }
    return new Claim(LockMode.ofLetter(text.charAt(0)), new Scope(text.substring(2)));
  }
}
