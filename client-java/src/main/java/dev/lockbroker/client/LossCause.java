package dev.lockbroker.client;

/** Why a lease was lost. */
public enum LossCause {
  /** Its time ran out and somebody ended it for that. */
  EXPIRED,
  /** An administrator ended it. */
  FORCED,
  /** The journal was deleted or made anew, which ends every lease in it. */
  DELETED,
  /** Its time ran out and nobody could be asked whether it still stands. */
  UNCONFIRMED
}
