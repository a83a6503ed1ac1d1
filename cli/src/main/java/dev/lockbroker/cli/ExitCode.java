package dev.lockbroker.cli;

import dev.lockbroker.client.InvalidRequestException;
import dev.lockbroker.client.LeaseLostException;
import dev.lockbroker.client.LockTimeoutException;
import dev.lockbroker.client.NoSuchRepositoryException;
import dev.lockbroker.client.UnavailableException;
import dev.lockbroker.client.WouldDeadlockException;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.JournalException.Fault;
import dev.lockbroker.core.repository.ResolutionException;
import java.io.IOException;

/**
 * What lockctl exits with when it is not the child's own status. The numbers are documented and
 * never change; those from 64 to 78 mean what {@code sysexits.h} says.
 */
final class ExitCode {
  static final int OK = 0;

  /** What {@code shim status} or {@code fence status} was asked about is not in effect. */
  static final int NOT_IN_EFFECT = 1;

  /** The command line is wrong, or a value in it. */
  static final int USAGE = 64;

  /** No ticket has that number, or it has another token. */
  static final int UNKNOWN_TICKET = 65;

  /** The path does not exist, or the repository that it belongs to is broken. */
  static final int NO_SUCH_PATH = 66;

  /** No broker answers where one is required. */
  static final int NO_BROKER = 69;

  /** A bug of ours. */
  static final int INTERNAL = 70;

  /** The repository cannot be written, so it cannot be locked. */
  static final int NOT_WRITABLE = 73;

  /** The file system failed. */
  static final int IO = 74;

  /** Not acquired in time, or lost before the command could start. */
  static final int NOT_ACQUIRED = 75;

  /** The journal cannot be trusted. */
  static final int JOURNAL = 76;

  /** Settings in the environment are wrong. */
  static final int SETTINGS = 78;

  /** It would wait for ever: for its own ancestor, or for somebody who waits for it. */
  static final int DEADLOCK = 79;

  /** The command is there but cannot be executed; as shells say it. */
  static final int NOT_EXECUTABLE = 126;

  /** There is no such command; as shells say it. */
  static final int NOT_FOUND = 127;

  /** Added to the number of the signal that ended us or the child; as shells do. */
  static final int SIGNAL = 128;

  private ExitCode() {}

  /** The code for what went wrong; {@link #INTERNAL} for what nobody has foreseen. */
  static int of(Throwable trouble) {
    if (trouble instanceof CliException known) {
      return known.exitCode();
    }
    if (trouble instanceof JournalException journal) {
      return of(journal.fault());
    }
    if (trouble instanceof UnavailableException unavailable) {
      // The journal's own fault tells more.
      return unavailable.getCause() instanceof JournalException journal
          ? of(journal.fault())
          : of(unavailable.what());
    }
    if (trouble instanceof LockTimeoutException || trouble instanceof LeaseLostException) {
      return NOT_ACQUIRED;
    }
    if (trouble instanceof WouldDeadlockException) {
      return DEADLOCK;
    }
    if (trouble instanceof NoSuchRepositoryException || trouble instanceof ResolutionException) {
      return NO_SUCH_PATH;
    }
    if (trouble instanceof InvalidRequestException) {
      return USAGE;
    }
    if (trouble instanceof java.nio.file.AccessDeniedException) {
      return NOT_WRITABLE;
    }
    if (trouble instanceof IOException) {
      return IO;
    }
    // Also WorkerAliveException: whoever has waited for the worker has seen its end.
    return INTERNAL;
  }

  /** The code for a journal that cannot be used. */
  static int of(Fault fault) {
    return switch (fault) {
      case CORRUPT, NEWER_FORMAT, NOT_LOCAL, OTHER_CLOCK, HOSTILE -> JOURNAL;
      case GUARD_BUSY -> NOT_ACQUIRED;
      case NOT_WRITABLE -> NOT_WRITABLE;
      case GONE -> NO_SUCH_PATH;
      case IO, UNKNOWN_OUTCOME -> IO;
    };
  }

  /** The code for what the SDK says is unavailable. */
  static int of(UnavailableException.Cause what) {
    return switch (what) {
      case NO_BROKER -> NO_BROKER;
      case CLOSED -> INTERNAL;
      case QUEUE_FULL -> NOT_ACQUIRED;
      case NOT_WRITABLE -> NOT_WRITABLE;
      case UNTRUSTED, HOSTILE -> JOURNAL;
      case IO -> IO;
    };
  }
}
