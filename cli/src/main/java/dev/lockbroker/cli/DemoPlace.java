package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A temporary folder in which the demonstration's processes live, cut off from the user's settings,
 * broker and state. Confined to one thread. Closing it ends the processes and removes the folder.
 */
final class DemoPlace implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 5_000;
  private static final long PAUSE_MILLIS = 50;

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private @Nullable ProcessHandle broker;

  private DemoPlace(Path folder) {
    this.folder = folder;
  }

  static DemoPlace make() throws IOException {
    return new DemoPlace(Files.createTempDirectory("lockctl-demo"));
  }

  /** A path inside. */
  Path path(String name) {
    return folder.resolve(name);
  }

  /** Starts a process here, in the given folder. */
  Process start(Path workingDirectory, Path output, Path errors, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory.toFile());
    isolate(builder.environment());
    builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    processes.add(process);
    return process;
  }

  /**
   * Runs a git command and returns what it printed.
   *
   * @throws CliException if it fails
   */
  String git(Path workingDirectory, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Path output = path("git.out");
    Path errors = path("git.err");
    int exit = start(workingDirectory, output, errors, command).waitFor();
    if (exit != 0) {
      throw new CliException(
          ExitCode.IO,
          "the demonstration's 'git " + arguments[0] + "' failed: " + Files.readString(errors));
    }
    return Files.readString(output);
  }

  /** Starts a broker for this place only. */
  BrokerInfo startBroker() throws IOException, InterruptedException {
    Map<String, String> environment = new java.util.HashMap<>();
    isolate(environment);
    BrokerInfo info = BrokerLauncher.start(path("broker.sock"), path("state"), environment);
    broker = ProcessHandle.of(info.pid()).orElse(null);
    return info;
  }

  /** The user's variables stay but for those that lead to other repositories and brokers. */
  private void isolate(Map<String, String> environment) {
    Commands.restoreLocale(environment);
    environment.keySet().removeIf(DemoPlace::leadsElsewhere);
    environment.put("HOME", path("home").toString());
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("LOCKBROKER_SOCKET", path("broker.sock").toString());
    environment.put("LOCKBROKER_STATE", path("state").toString());
    // A shim on PATH would lock what is to be shown without locks.
    environment.put("LOCKBROKER_DISABLE", "1");
    for (String who : List.of("AUTHOR", "COMMITTER")) {
      environment.put("GIT_" + who + "_NAME", "Demo");
      environment.put("GIT_" + who + "_EMAIL", "demo@example.org");
    }
  }

  private static boolean leadsElsewhere(String variable) {
    return variable.startsWith("GIT_")
        || variable.startsWith("LOCKBROKER_")
        || variable.startsWith("XDG_");
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try {
      end(living());
      if (broker != null) {
        end(List.of(broker));
      }
      remove();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private List<ProcessHandle> living() {
    List<ProcessHandle> living = new ArrayList<>();
    for (Process process : processes) {
      if (process.isAlive()) {
        process.descendants().forEach(living::add);
        living.add(process.toHandle());
      }
    }
    return living;
  }

  private static void end(List<ProcessHandle> some) throws InterruptedException {
    some.forEach(ProcessHandle::destroy);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (some.stream().anyMatch(ProcessHandle::isAlive)) {
      if (System.nanoTime() - end >= 0) {
        some.forEach(ProcessHandle::destroyForcibly);
        return;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** A process that is just ending may still write, so it is tried for a while. */
  private void remove() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    while (!removed()) {
      if (System.nanoTime() - end >= 0) {
        Console.say("could not remove all of " + folder + "; remove it by hand");
        return;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  private boolean removed() {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
      return true;
    } catch (IOException | java.io.UncheckedIOException e) {
      return Files.notExists(folder);
    }
  }
}
