package dev.lockbroker.cli;

/** {@code lockctl}. */
public final class Main {
  private Main() {}

  /** Runs a command and ends this JVM with its exit code. */
  public static void main(String[] args) {
    int exit = CommandLines.run(args);
    Console.flush();
    // Nothing is left to do, and an orderly shutdown of the JVM takes milliseconds.
    Runtime.getRuntime().halt(exit);
  }
}
