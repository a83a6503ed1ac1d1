package dev.lockbroker.bench.worker;

/** A worker failed, ended or does not answer; the message says which, why, and its last words. */
public final class WorkerException extends Exception {
  private static final long serialVersionUID = 1;

  WorkerException(String message) {
    super(message);
  }
}
