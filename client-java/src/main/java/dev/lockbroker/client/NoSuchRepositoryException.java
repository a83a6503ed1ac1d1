package dev.lockbroker.client;

import org.jspecify.annotations.Nullable;

/** The path does not exist, or it cannot be said what it belongs to. */
public final class NoSuchRepositoryException extends LockException {
  private static final long serialVersionUID = 1L;

  NoSuchRepositoryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
