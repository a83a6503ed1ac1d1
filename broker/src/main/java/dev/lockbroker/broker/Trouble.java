package dev.lockbroker.broker;

import dev.lockbroker.core.journal.JournalException;

/**
 * Why a turn came to nothing.
 *
 * @param kind what to do about it
 * @param sentence for people
 */
record Trouble(Kind kind, String sentence) {
  enum Kind {
    /** What was written is not known: ask again with the same request ids. */
    ASK_AGAIN,
    /** Somebody has the guard: later. */
    BUSY,
    /** The file system failed; it may recover (disk full). */
    FAILING,
    /** It will not get better by itself. */
    FATAL
  }

  static Trouble of(JournalException e) {
    Kind kind =
        switch (e.fault()) {
          case UNKNOWN_OUTCOME -> Kind.ASK_AGAIN;
          case GUARD_BUSY -> Kind.BUSY;
          case IO -> Kind.FAILING;
          case CORRUPT, NEWER_FORMAT, NOT_LOCAL, OTHER_CLOCK, HOSTILE, NOT_WRITABLE, GONE ->
              Kind.FATAL;
        };
    return new Trouble(kind, String.valueOf(e.getMessage()));
  }

  static Trouble bug(RuntimeException e) {
    return new Trouble(Kind.FATAL, "the broker has a bug (" + e + "); see its log");
  }
}
