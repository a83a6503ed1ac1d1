package dev.lockbroker.client;

import java.util.List;

/** The wait was over before the lock was free. The request has left the queue. */
public final class LockTimeoutException extends LockException {
  private static final long serialVersionUID = 1L;

  private final transient List<HolderView> holders;

  LockTimeoutException(String message, List<HolderView> holders) {
    super(message, null);
    this.holders = holders;
  }

  /** Who was in the way when the wait ended. */
  public List<HolderView> holders() {
    return holders == null ? List.of() : holders;
  }
}
