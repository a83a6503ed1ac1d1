package dev.lockbroker.bench.peer;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a server is started and ended.
 *
 * @param name for messages and its log
 * @param builder what is run, its output to the log
 * @param log all it says
 * @param stopSignal asks it to end at once, without waiting for its clients: {@code TERM}
 * @param scratch a folder outside the peer's own that goes with it
 */
record Launch(
    String name, ProcessBuilder builder, Path log, String stopSignal, Optional<Scratch> scratch) {

  /** A command, run in that folder. */
  static Launch of(String name, Path folder, List<String> command) {
    Path log = folder.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    return new Launch(name, builder, log, "TERM", Optional.empty());
  }

  /** A main class on our own class path, in a JVM of its own. */
  static Launch java(String name, Path folder, List<String> options, Class<?> main, String... args)
      throws IOException {
    return of(name, folder, javaCommand(options, main.getName(), args));
  }

  /** The command line of {@link #java}. */
  static List<String> javaCommand(List<String> options, String main, String... args)
      throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin/java");
    if (!Files.isExecutable(java)) {
      throw new IOException("there is no " + java + "; run this with a complete JDK");
    }
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), main));
    command.addAll(List.of(args));
    return command;
  }

  /** Ours, for somebody in another folder. */
  private static String classPath() {
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(System.getProperty("java.class.path"))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The same, asked to end by another signal. */
  Launch stoppedBy(String signal) {
    return new Launch(name, builder, log, signal, scratch);
  }

  /** The same, with a folder that is deleted after its end. */
  Launch with(Scratch doomed) {
    return new Launch(name, builder, log, stopSignal, Optional.of(doomed));
  }

  /** Signals it; whoever has ended in between is left alone. */
  void askToEnd(Process process) {
    if (stopSignal.equals("TERM")) {
      process.destroy();
      return;
    }
    try {
      new ProcessBuilder("kill", "-" + stopSignal, Long.toString(process.pid()))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      process.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
