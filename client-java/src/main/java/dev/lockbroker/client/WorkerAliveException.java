package dev.lockbroker.client;

/** The lease cannot be released yet: a process registered for it still lives. */
public final class WorkerAliveException extends LockException {
  private static final long serialVersionUID = 1L;

  WorkerAliveException(String message) {
    super(message, null);
  }
}
