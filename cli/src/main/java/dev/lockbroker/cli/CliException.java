package dev.lockbroker.cli;

/** Ends the command: one sentence for the user (what; why; next step) and the exit code. */
final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int exitCode;

  CliException(int exitCode, String sentence) {
    super(sentence);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
