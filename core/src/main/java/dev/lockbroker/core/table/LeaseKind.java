package dev.lockbroker.core.table;

import dev.lockbroker.core.process.Printable;

/** What keeps a held ticket alive. */
public enum LeaseKind {
  /** The clock: it ends when its {@code until} has passed without a refresh, or its client died. */
  LEASE("lease"),
  /**
   * Processes: once it is gone by the clock or its client died, it still stands until every worker
   * registered for it has ended. For everything that runs git, which checks no token.
   */
  RUN("run");

  private final String word;

  LeaseKind(String word) {
    this.word = word;
  }

  /** The word in the journal. */
  public String word() {
    return word;
  }

  /**
   * The kind with that word.
   *
   * @throws IllegalArgumentException for any other word
   */
  public static LeaseKind ofWord(String word) {
    for (LeaseKind kind : values()) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("unknown kind '" + Printable.text(word) + "'");
  }
}
