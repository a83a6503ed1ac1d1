package dev.lockbroker.client;

/**
 * The request would wait for ever: for a lease that its own owner or ancestor holds, or for
 * somebody who waits, perhaps by way of others, for what its owner or ancestor holds. The message
 * says who holds what and waits for what. The request has left the queue; what was held is still
 * held.
 */
public final class WouldDeadlockException extends LockException {
  private static final long serialVersionUID = 1L;

  WouldDeadlockException(String message) {
    super(message, null);
  }
}
