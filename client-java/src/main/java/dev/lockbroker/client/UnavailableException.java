package dev.lockbroker.client;

import dev.lockbroker.core.journal.JournalException;
import org.jspecify.annotations.Nullable;

/** Locks cannot be taken there now: the journal is unusable, or a required broker is missing. */
public final class UnavailableException extends LockException {
  private static final long serialVersionUID = 1L;

  /** What is unavailable, and hence what may help. */
  public enum Cause {
    /** No broker answers and the client was told to use nothing else. */
    NO_BROKER,
    /** The client was closed. */
    CLOSED,
    /** The queue is at its limit. */
    QUEUE_FULL,
    /** The repository cannot be written: read-only, or no permission. */
    NOT_WRITABLE,
    /** The journal is corrupt, of a newer version, or written by another kernel. */
    UNTRUSTED,
    /** Something in the place of our files is not ours. */
    HOSTILE,
    /** The file system failed, or the guard stays locked; trying again may help. */
    IO
  }

  private final Cause what;

  UnavailableException(Cause what, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.what = what;
  }

  static UnavailableException of(JournalException e) {
    Cause what =
        switch (e.fault()) {
          case CORRUPT, NEWER_FORMAT, NOT_LOCAL, OTHER_CLOCK -> Cause.UNTRUSTED;
          case HOSTILE -> Cause.HOSTILE;
          case NOT_WRITABLE -> Cause.NOT_WRITABLE;
          case GUARD_BUSY, GONE, IO, UNKNOWN_OUTCOME -> Cause.IO;
        };
    return new UnavailableException(what, String.valueOf(e.getMessage()), e);
  }

  /** What is unavailable. */
  public Cause what() {
    return what;
  }
}
