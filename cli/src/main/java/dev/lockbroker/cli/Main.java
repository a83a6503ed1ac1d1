package dev.lockbroker.cli;

import org.jspecify.annotations.Nullable;

/** {@code lockctl}. */
public final class Main {
  private static final int FIRST_TO_LOG_PROCESSES = 22;

  private Main() {}

  /** Runs a command and ends this JVM with its exit code. */
  public static void main(String[] args) {
    int exit = run(args);
    Console.flush();
    // Nothing is left to do, and an orderly shutdown of the JVM takes milliseconds.
    Runtime.getRuntime().halt(exit);
  }

  /** What every command of git waits for takes the short way, past the parser of annotations. */
  static int run(String... args) {
    if (args.length > 1) {
      prepareToStartProcesses();
    }
    if (args.length > 0 && args[0].equals(GitMain.NAME)) {
      return GitMain.run(args, 1);
    }
    @Nullable RunCommand plain =
        args.length > 1 && args[0].equals(RunCommand.NAME) ? RunArguments.parse(args, 1) : null;
    return plain != null ? Failures.call(plain, plain.common.verbose) : CommandLines.run(args);
  }

  /**
   * From JDK 22 on, the first process that is started has the JDK look for a logging library in
   * every jar there is, which takes 10 to 20 ms: aside, and meanwhile the lock is taken.
   */
  private static void prepareToStartProcesses() {
    if (Runtime.version().feature() >= FIRST_TO_LOG_PROCESSES) {
      Thread preparing =
          new Thread("lockctl-prepare") {
            @Override
            public void run() {
              System.Logger unused = System.getLogger("java.lang.ProcessBuilder");
            }
          };
      preparing.setDaemon(true);
      preparing.start();
    }
  }
}
