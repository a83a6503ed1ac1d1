package dev.lockbroker.cli;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.ProcessSight;
import dev.lockbroker.core.process.ProcessSurvey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The process whose life keeps a lease of {@code acquire}: the one that {@code --pid} names, else
 * the shell that started lockctl.
 *
 * @param arguments its command line, as it says itself
 */
record BoundProcess(ProcessIdentity identity, List<String> arguments) {
  /** Inode number of the pid namespace that the kernel starts with. */
  private static final long FIRST_NAMESPACE = 0xEFFFFFFCL;

  /** Deeper than anybody nests subshells. */
  private static final int MOST_COPIES = 64;

  long pid() {
    return identity.pid();
  }

  /** What others are to know it by if nobody says otherwise: never empty. */
  List<String> command() {
    return arguments.isEmpty() ? List.of("pid", Long.toString(pid())) : arguments;
  }

  /**
   * The process that is meant.
   *
   * @param chosen by {@code --pid}; null means the shell that started us
   * @throws CliException if a lease cannot be bound to it
   */
  static BoundProcess of(Settings settings, @Nullable Long chosen) {
    long caller = callingShell();
    long pid = chosen == null ? caller : chosen;
    if (pid == ProcessHandle.current().pid()) {
      throw refused(pid, "is lockctl itself, which ends at once");
    }
    // The first process of a container is often the very script, and ends like any other.
    boolean isOwnFirst =
        pid == caller && settings.host().self().pidNamespace() != FIRST_NAMESPACE && chosen != null;
    if (pid == 1 && !isOwnFirst) {
      throw refused(pid, "is the system's first, which never ends");
    }
    ProcLine line = pid < 1 ? null : ProcLine.of(pid);
    if (line == null || line.hasEnded()) {
      throw refused(pid, line == null ? "is not there, or cannot be seen" : "has ended");
    }
    long user = effectiveUser(pid);
    if (user != settings.host().uid()) {
      throw refused(pid, "belongs to another user" + (user < 0 ? "" : " (" + user + ")"));
    }
    ProcessIdentity self = settings.host().self();
    return new BoundProcess(
        new ProcessIdentity(pid, line.startTicks(), self.pidNamespace(), user),
        arguments(settings, pid));
  }

  private static CliException refused(long pid, String why) {
    return new CliException(
        ExitCode.USAGE,
        "process "
            + pid
            + " "
            + why
            + "; name the process that the lock is for, as in 'lockctl acquire --pid $$'");
  }

  /**
   * What {@code $$} is where lockctl was called. A subshell, which {@code $(...)} always is, is a
   * copy of its shell that ends at once: it is passed over.
   */
  private static long callingShell() {
    ProcLine self = ProcLine.of(ProcessHandle.current().pid());
    long pid = self == null ? 1 : self.parent();
    for (int i = 0; i < MOST_COPIES; i++) {
      ProcLine line = ProcLine.of(pid);
      ProcLine parent = line == null ? null : ProcLine.of(line.parent());
      if (line == null || parent == null || !line.isCopyOf(parent)) {
        return pid;
      }
      pid = line.parent();
    }
    return pid;
  }

  /** -1 if it is not to be seen. */
  private static long effectiveUser(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
        if (line.startsWith("Uid:")) {
          return Long.parseLong(line.split("\\s+", -1)[2]);
        }
      }
    } catch (IOException | RuntimeException e) {
      return -1;
    }
    return -1;
  }

  private static List<String> arguments(Settings settings, long pid) {
    Optional<ProcessSight> sight = new ProcessSurvey(settings.host(), Path.of("/proc")).of(pid);
    return sight.map(ProcessSight::arguments).orElse(List.of());
  }
}
