package dev.lockbroker.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts {@code lockbrokerd} of the distribution that this lockctl belongs to. */
final class BrokerLauncher {
  private static final long PATIENCE_MILLIS = 30_000;

  private static final long PAUSE_MILLIS = 20;
  private static final int TAIL_LINES = 10;

  /** In a session of its own, so that no terminal's Ctrl-C or hang-up reaches it. */
  private static final List<String> DETACH = List.of("setsid");

  /** The next best: job control gives it a process group of its own. */
  private static final List<String> DETACH_BY_SHELL =
      List.of("/bin/sh", "-c", "set -m; trap '' HUP; \"$@\" & exit 0", "sh");

  private BrokerLauncher() {}

  /** The launcher script of the broker. */
  static String program() {
    return home().concat("/bin/lockbrokerd");
  }

  /** The folder of this installation. */
  static String home() {
    String home = System.getProperty("lockbroker.home");
    if (home == null) {
      throw new CliException(
          ExitCode.NO_BROKER,
          "it is not known where lockbrokerd is; start lockctl by its script in bin/");
    }
    return home;
  }

  /** A process with the user's own locale. */
  static ProcessBuilder command(String... words) {
    ProcessBuilder builder = new ProcessBuilder(words);
    Commands.restoreLocale(builder.environment());
    return builder;
  }

  /**
   * Starts a broker in the background and waits until it answers.
   *
   * @param socket where it will answer
   * @param stateFolder for what it prints before its log is open
   * @param changes to its environment
   * @return what it says of itself
   * @throws CliException with the last lines it printed, if it ends or does not answer in time
   */
  static BrokerInfo start(Path socket, Path stateFolder, Map<String, String> changes)
      throws IOException, InterruptedException {
    Path output = outputFile(stateFolder);
    List<String> words = new ArrayList<>(isOnPath("setsid") ? DETACH : DETACH_BY_SHELL);
    words.add(program());
    ProcessBuilder builder = command(words.toArray(String[]::new));
    builder.environment().putAll(changes);
    // It outlives the lease around us and the folder we are in, and must keep neither.
    builder.environment().remove("LOCKBROKER_LEASE");
    builder.environment().put("LOCKBROKER_SOCKET", socket.toString());
    builder.environment().put("LOCKBROKER_STATE", stateFolder.toString());
    builder.directory(new File("/"));
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    return awaitAnswer(socket, builder, output);
  }

  private static BrokerInfo awaitAnswer(Path socket, ProcessBuilder builder, Path output)
      throws IOException, InterruptedException {
    Process process = builder.start();
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (System.nanoTime() - end < 0) {
      boolean hasFailed = !process.isAlive() && process.exitValue() != 0;
      BrokerInfo broker = Brokers.info(socket);
      if (broker != null) {
        return broker;
      }
      if (hasFailed && process.exitValue() != ExitCode.NO_BROKER) {
        break;
      }
      // Another one was quicker, and will answer; or it was about to end, and leaves us its place.
      if (hasFailed && !Brokers.isPlaceTaken(socket)) {
        process = builder.start();
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    if (!process.isAlive() && process.exitValue() != 0) {
      throw failed("ended with exit code " + process.exitValue(), output);
    }
    process.destroy();
    throw failed("did not answer within " + Durations.show(PATIENCE_MILLIS), output);
  }

  private static Path outputFile(Path stateFolder) throws IOException {
    Files.createDirectories(
        stateFolder,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return stateFolder.resolve("broker-start.log");
  }

  private static boolean isOnPath(String program) {
    String searchPath = System.getenv("PATH");
    for (String folder : (searchPath == null ? "" : searchPath).split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  private static CliException failed(String how, Path output) {
    for (String line : tail(output)) {
      Console.sayRaw("  " + dev.lockbroker.core.process.Printable.text(line));
    }
    return new CliException(
        ExitCode.NO_BROKER,
        "the broker "
            + how
            + "; what it printed is above and in "
            + Shown.path(output)
            + ", and 'lockctl broker run' shows more");
  }

  private static List<String> tail(Path output) {
    try {
      List<String> lines = Files.readAllLines(output);
      return lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    } catch (IOException e) {
      return List.of();
    }
  }
}
