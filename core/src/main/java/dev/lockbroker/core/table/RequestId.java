package dev.lockbroker.core.table;

import dev.lockbroker.core.process.Printable;
import org.jspecify.annotations.Nullable;

/**
 * The name that a client gives its request, so that asking again after a lost answer is the same
 * request. Random, hence unguessable and never used twice.
 *
 * @param hex 32 lower-case hexadecimal digits; nothing else, because it also names a directory
 */
public record RequestId(String hex) {
  /** Digits in a request id. */
  public static final int LENGTH = 32;

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if it is not 32 lower-case hexadecimal digits
   */
  public RequestId {
    if (!isWellFormed(hex)) {
      throw new IllegalArgumentException(
          "a request id is 32 lower-case hexadecimal digits, not '" + Printable.text(hex) + "'");
    }
  }

  /** Whether the text has the form of a request id. */
  public static boolean isWellFormed(String text) {
    if (text.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }

  // Written out, as in ProcessIdentity: a short command pays for what is linked at first use.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RequestId that && hex.equals(that.hex);
  }

  @Override
  public int hashCode() {
    return hex.hashCode();
  }

  @Override
  public String toString() {
    return hex;
  }
}
