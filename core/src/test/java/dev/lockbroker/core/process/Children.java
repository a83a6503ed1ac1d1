package dev.lockbroker.core.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Real processes of a test; none outlives it. */
final class Children {
  private final List<Process> started = new ArrayList<>();
  private final Processes processes;
  private final Host host;

  Children(Host host, Processes processes) {
    this.host = host;
    this.processes = processes;
  }

  /** A started process and what it prints. */
  record Child(Process process, BufferedReader output) {
    long pid() {
      return process.pid();
    }

    String line() throws IOException {
      String line = output.readLine();
      if (line == null) {
        throw new IOException("the process ended without a word");
      }
      return line;
    }
  }

  Child start(String... command) throws IOException {
    return start(Map.of(), command);
  }

  Child start(Map<String, String> environment, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.add(process);
    return new Child(process, process.inputReader(StandardCharsets.UTF_8));
  }

  /**
   * A JVM that runs {@link FarJudge}, started by a shell line in which {@code "$@"} is its command.
   */
  Child farJudge(String shellLine, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", shellLine, "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(FarJudge.class.getName());
    command.addAll(List.of(arguments));
    return start(command.toArray(String[]::new));
  }

  /** The process that has this pid now. */
  ProcessIdentity identity(long pid) {
    OptionalLong startTicks = processes.startTicks(pid);
    return new ProcessIdentity(
        pid, startTicks.orElseThrow(), host.self().pidNamespace(), host.uid());
  }

  void endAll() throws InterruptedException {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
  }
}
