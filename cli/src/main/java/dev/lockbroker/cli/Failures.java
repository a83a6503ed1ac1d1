package dev.lockbroker.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
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
    if (trouble instanceof FileSystemException file) {
      return oneLine(explain(file));
    }
    String message = trouble.getMessage();
    if (ExitCode.of(trouble) != ExitCode.INTERNAL && message != null) {
      return oneLine(message);
    }
    return oneLine(
        "this is a bug of lockctl's, please report it with the output of --verbose: " + trouble);
  }

  /** The JDK's own message is often no more than a path. */
  private static String explain(FileSystemException trouble) {
    String file = String.valueOf(trouble.getFile());
    if (trouble instanceof AccessDeniedException) {
      return file + " cannot be read or written: permission denied; look at its owner and mode";
    }
    if (trouble instanceof NoSuchFileException) {
      return file + " is not there; check the path";
    }
    String reason = trouble.getReason();
    return file + ": " + (reason == null ? trouble.getClass().getSimpleName() : reason);
  }

  private static String oneLine(String message) {
    return message.indexOf('\n') < 0 ? message : message.replace("\n", " ").strip();
  }
}
