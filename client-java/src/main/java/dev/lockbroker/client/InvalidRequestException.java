package dev.lockbroker.client;

import org.jspecify.annotations.Nullable;

/** The request itself is wrong: a scope, label, ttl or setting out of its range. */
public final class InvalidRequestException extends LockException {
  private static final long serialVersionUID = 1L;

  InvalidRequestException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
