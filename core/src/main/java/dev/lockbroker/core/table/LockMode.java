package dev.lockbroker.core.table;

/** How a {@link Claim} wants its scope. */
public enum LockMode {
  /** Several shared claims on overlapping scopes are held together. */
  SHARED('S'),
  /** Nothing that overlaps is held beside it. */
  EXCLUSIVE('X');

  private final char letter;

  LockMode(char letter) {
    this.letter = letter;
  }

  /** The letter that stands for this mode in journals and in {@code LOCKBROKER_LEASE}. */
  public char letter() {
    return letter;
  }

  /**
   * The mode with that letter.
   *
   * @throws IllegalArgumentException for any letter but {@code S} and {@code X}
   */
  public static LockMode ofLetter(char letter) {
    if (letter == 'S') {
      return SHARED;
    }
    if (letter == 'X') {
      return EXCLUSIVE;
    }
    throw new IllegalArgumentException("a mode is S or X, not '" + letter + "'");
  }
}
