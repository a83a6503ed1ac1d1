package dev.lockbroker.cli;

import org.jspecify.annotations.Nullable;

/** {@code lockctl}. */
public final class Main {
  private Main() {}

  /** Runs a command and ends this JVM with its exit code. */
  public static void main(String[] args) {
    int exit = run(args);
    Console.flush();
    // Nothing is left to do, and an orderly shutdown of the JVM takes milliseconds.
    Runtime.getRuntime().halt(exit);
  }

  /** What every command of git waits for takes the short way, past the parser of annotations. */
  private static int run(String[] args) {
    @Nullable RunCommand plain =
        args.length > 1 && args[0].equals(RunCommand.NAME) ? RunArguments.parse(args, 1) : null;
    return plain != null ? Failures.call(plain, plain.common.verbose) : CommandLines.run(args);
  }
}
