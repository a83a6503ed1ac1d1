package dev.lockbroker.client;

/** The lease ended before its holder gave it back: what it protected is no longer protected. */
public final class LeaseLostException extends LockException {
  private static final long serialVersionUID = 1L;

  LeaseLostException(String message) {
    super(message, null);
  }
}
