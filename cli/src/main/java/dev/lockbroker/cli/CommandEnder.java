package dev.lockbroker.cli;

import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.process.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Ends a command and what it has started: SIGTERM, a grace, SIGKILL. Used once, by one thread,
 * which it may keep for as long as the grace.
 *
 * <p>Not by the process group: that is ours too, and often that of the script around us, which is
 * why Ctrl-C and Ctrl-Z reach all of them. Who belongs to the command is its descendants, and those
 * in our session that carry this lease in their environment: what it started and whose parents have
 * ended. Nobody is ended for being named in a journal.
 */
final class CommandEnder {
  /** How long SIGTERM has to work. */
  static final long GRACE_MILLIS = 5_000;

  private static final long PAUSE_MILLIS = 10;

  /** SIGKILL needs no second round but for what was started in the moment of the first. */
  private static final int MOST_ROUNDS = 50;

  private final Host host;
  private final Processes processes;
  private final String request;
  private final Process command;

  /** The request id is what its processes carry. */
  CommandEnder(Host host, Processes processes, String request, Process command) {
    this.host = host;
    this.processes = processes;
    this.request = request;
    this.command = command;
  }

  /** Whether it has ended, also if nobody has waited for it yet. */
  boolean hasEnded() {
    return !command.isAlive() || !isAlive(identity(command.pid()));
  }

  /**
   * Ends all of it.
   *
   * @return who had to be killed; empty if SIGTERM was enough
   */
  List<Long> end() {
    Set<ProcessIdentity> all = new LinkedHashSet<>(found());
    signal("TERM", all);
    // One that is stopped would never hear of it.
    signal("CONT", all);
    long end = System.nanoTime() + GRACE_MILLIS * 1_000_000;
    while (!living(all).isEmpty() && System.nanoTime() - end < 0) {
      pause();
      if (living(all).isEmpty()) {
        // What was started for tidying up has its time as well.
        all.addAll(found());
      }
    }
    Set<Long> killed = new LinkedHashSet<>();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      all.addAll(found());
      List<ProcessIdentity> left = living(all);
      if (left.isEmpty()) {
        break;
      }
      signal("KILL", left);
      left.forEach(process -> killed.add(process.pid()));
      pause();
    }
    return List.copyOf(killed);
  }

  /** All that can be seen now, the command first. */
  private List<ProcessIdentity> found() {
    List<ProcessIdentity> found = new ArrayList<>();
    addIfThere(found, command.pid());
    command.toHandle().descendants().forEach(each -> addIfThere(found, each.pid()));
    OptionalLong session = processes.session(host.self().pid());
    if (session.isPresent()) {
      try {
        found.addAll(processes.carriers(LeaseTag.VARIABLE, request, session.getAsLong()));
      } catch (UncheckedIOException e) {
        // Then the descendants must do.
      }
    }
    return found;
  }

  private void addIfThere(List<ProcessIdentity> found, long pid) {
    ProcessIdentity process = identity(pid);
    if (isAlive(process)) {
      found.add(process);
    }
  }

  private ProcessIdentity identity(long pid) {
    long start = processes.startTicks(pid).orElse(0);
    return new ProcessIdentity(pid, start, host.self().pidNamespace(), host.uid());
  }

  private boolean isAlive(ProcessIdentity process) {
    return processes.judge(process) != Verdict.DEAD;
  }

  private List<ProcessIdentity> living(Set<ProcessIdentity> all) {
    return all.stream().filter(this::isAlive).toList();
  }

  private void signal(String name, Iterable<ProcessIdentity> targets) {
    List<String> words =
        new ArrayList<>(List.of("/bin/sh", "-c", "kill -s \"$0\" -- \"$@\"", name));
    for (ProcessIdentity target : targets) {
      if (isAlive(target)) {
        words.add(Long.toString(target.pid()));
      }
    }
    if (words.size() == 4) {
      return;
    }
    try {
      new ProcessBuilder(words)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      // No process can be started: Java knows two signals.
      targets.forEach(target -> signalByJava(target.pid(), name));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void signalByJava(long pid, String name) {
    ProcessHandle.of(pid)
        .ifPresent(
            process -> {
              boolean unused =
                  switch (name) {
                    case "TERM" -> process.destroy();
                    case "KILL" -> process.destroyForcibly();
                    default -> false;
                  };
            });
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
