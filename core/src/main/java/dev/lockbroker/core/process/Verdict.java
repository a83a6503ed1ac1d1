package dev.lockbroker.core.process;

/** What can be said about the life of a process. */
public enum Verdict {
  /** It has ended, and that is proved: it can never act again. */
  DEAD,

  /** It was seen, and it has not ended. It may be stopped, or hang. */
  ALIVE,

  /**
   * Nobody here can tell. Counts as alive in every decision; only what is shown to people makes a
   * difference between the two.
   */
  UNKNOWN
}
