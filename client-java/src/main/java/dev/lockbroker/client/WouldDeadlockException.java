package dev.lockbroker.client;

/** The request would wait for a lease that its own process, owner or ancestor holds. */
public final class WouldDeadlockException extends LockException {
  private static final long serialVersionUID = 1L;

  WouldDeadlockException(String message) {
    super(message, null);
  }
}
