package dev.lockbroker.core.journal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The journal cannot be used now. Nothing was granted and nothing that was held is lost; the
 * message is one sentence for a person: what, why, what to do next.
 */
public final class JournalException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What kind of trouble it is, for exit codes and for the decision to ask again. */
  public enum Fault {
    /** Bytes that nobody can have written by the rules; everybody stops. */
    CORRUPT,
    /** Written by a newer version of Lockbroker. */
    NEWER_FORMAT,
    /** Another kernel writes here, or the file system is a network one. */
    NOT_LOCAL,
    /** This process lives in another time namespace, so its clock cannot be compared. */
    OTHER_CLOCK,
    /** Somebody holds the guard for too long. */
    GUARD_BUSY,
    /** The place is not what it should be: a symlink, a file, a pipe, somebody else's. */
    HOSTILE,
    /** No permission to write, or a read-only file system. */
    NOT_WRITABLE,
    /** The repository itself is gone. */
    GONE,
    /** The file system failed (disk full, out of descriptors, I/O error). */
    IO,
    /** The write failed half-way or cannot be read back: ask again with the same request id. */
    UNKNOWN_OUTCOME
  }

  private final Fault fault;

  JournalException(Fault fault, String message) {
    this(fault, message, null);
  }

  JournalException(Fault fault, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.fault = fault;
  }

  /** The kind of trouble. */
  public Fault fault() {
    return fault;
  }
}
