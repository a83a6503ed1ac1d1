package dev.lockbroker.client;

import org.jspecify.annotations.Nullable;

/**
 * A lock was not obtained, or is no more. The message is one sentence for a person: what, why, and
 * what to do next.
 */
public abstract sealed class LockException extends RuntimeException
    permits InvalidRequestException,
        LeaseLostException,
        LockTimeoutException,
        NoSuchRepositoryException,
        UnavailableException,
        WorkerAliveException,
        WouldDeadlockException {
  private static final long serialVersionUID = 1L;

  LockException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
