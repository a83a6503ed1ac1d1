package dev.lockbroker.broker;

/** The broker cannot start. The message is one sentence: what, why, what to do next. */
final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Unknown option or bad value. */
  static final int USAGE = 64;

  /** Another broker runs, or the socket cannot be made. */
  static final int UNAVAILABLE = 69;

  /** The settings are wrong: path too long, unsafe folder. */
  static final int SETTINGS = 78;

  private final int exitCode;

  StartException(int exitCode, String sentence) {
    super(sentence);
    this.exitCode = exitCode;
  }

  /** What the process ends with. */
  int exitCode() {
    return exitCode;
  }
}
