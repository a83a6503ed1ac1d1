package dev.lockbroker.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;

/** Makes one line, and an exit code, of whatever ends a command. */
final class Failures {
  private Failures() {}

  /** The command's exit code, or that of what went wrong, which is told; never throws. */
  static int call(Callable<?> command, boolean verbose) {
    try {
      return (Integer) command.call();
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      Console.say(explain(e));
      if (verbose) {
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        Console.sayRaw(trace.toString().stripTrailing());
      }
      return ExitCode.of(e);
    }
  }

  /** One sentence for whatever ended a command. */
  static String explain(Throwable trouble) {
    String message = trouble.getMessage();
    if (ExitCode.of(trouble) != ExitCode.INTERNAL && message != null) {
      return oneLine(message);
    }
    return oneLine(
        "this is a bug of lockctl's, please report it with the output of --verbose: " + trouble);
  }

  private static String oneLine(String message) {
    return message.indexOf('\n') < 0 ? message : message.replace("\n", " ").strip();
  }
}
