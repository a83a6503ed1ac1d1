package dev.lockbroker.core.table;

import dev.lockbroker.core.process.Printable;
import java.util.Locale;

/** Why a ticket ended. */
public enum EndReason {
  /** Its client gave the lease back. */
  RELEASED,
  /** Its client stopped waiting. */
  CANCELLED,
  /** Its time ran out and nothing else kept it. */
  EXPIRED,
  /** Its client is proved dead, and so is every worker. */
  DIED,
  /** An administrator ended it. */
  FORCED;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** The word in the journal. */
  public String word() {
    return word;
  }

  /**
   * The reason with that word.
   *
   * @throws IllegalArgumentException for any other word
   */
  public static EndReason ofWord(String word) {
    for (EndReason reason : values()) {
      if (reason.word.equals(word)) {
        return reason;
      }
    }
    throw new IllegalArgumentException("unknown reason '" + Printable.text(word) + "'");
  }
}
