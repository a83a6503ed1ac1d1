package dev.lockbroker.core.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Judges processes by what {@code /proc} shows.
 *
 * <p>{@link ProcessHandle} would be simpler and is wrong here: it takes an unreaped zombie for
 * alive, a process it may not see or has no descriptor left to look at for dead, and counts starts
 * in seconds of a clock that people set.
 *
 * <p>A process is looked at first, and only a sign of death makes us ask whether this {@code /proc}
 * can be believed. The other way round, the sign might be younger than the belief.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
public final class LinuxProcesses implements Processes {
  /** Twice what is shown at most, in the longest encoding. */
  private static final int COMMAND_LINE_BYTES = 2048;

  private final Host host;
  private final ProcTable table;
  private final String root;

  /**
   * The processes in one mount of proc. Touches nothing yet.
   *
   * @param host what this process knows of itself
   * @param procRoot where proc is mounted: {@code /proc}, except in tests
   */
  public LinuxProcesses(Host host, Path procRoot) {
    this.host = host;
    this.table = new ProcTable(procRoot);
    this.root = procRoot.toString();
  }

  @Override
  public Verdict judge(ProcessIdentity process) {
    Verdict verdict =
        isOfMyNamespace(process)
            ? verdictOn(process.pid(), process.startTicks())
            : verdictFromOutside(process);
    return verdict == Verdict.DEAD && !seesEveryProcess() ? Verdict.UNKNOWN : verdict;
  }

  @Override
  public OptionalLong startTicks(long pid) {
    ProcStat stat = stat(pid);
    return stat == null ? OptionalLong.empty() : OptionalLong.of(stat.startTicks());
  }

  @Override
  public OptionalLong session(long pid) {
    ProcStat stat = stat(pid);
    return stat == null ? OptionalLong.empty() : OptionalLong.of(stat.session());
  }

  @Override
  public Optional<ProcessView> view(ProcessIdentity process) {
    long pid = isOfMyNamespace(process) ? process.pid() : pidOutside(process);
    ProcStat stat = pid > 0 ? stat(pid) : null;
    if (stat == null || stat.startTicks() != process.startTicks()) {
      return Optional.empty();
    }
    return Optional.of(new ProcessView(stat.state(), commandLine(pid)));
  }

  @Override
  public List<ProcessIdentity> carriers(String variable, String needle, long session) {
    try {
      return new CarrierSearch(host, table, variable, needle, session).run();
    } catch (IOException e) {
      throw new UncheckedIOException("Not every process of this user could be looked at", e);
    }
  }

  private boolean isOfMyNamespace(ProcessIdentity process) {
    return process.pidNamespace() == host.self().pidNamespace();
  }

  /** The verdict on a process that has this pid here, if everything seen can be believed. */
  private Verdict verdictOn(long pid, long startTicks) {
    byte[] buffer = new byte[ProcStat.BYTES];
    int length = ProcFiles.read(statFile(pid), buffer);
    if (length == ProcFiles.GONE) {
      return Verdict.DEAD;
    }
    ProcStat stat = ProcStat.parse(buffer, length);
    if (stat == null) {
      return Verdict.UNKNOWN;
    }
    return stat.startTicks() != startTicks || stat.hasEnded() ? Verdict.DEAD : Verdict.ALIVE;
  }

  /**
   * The verdict on a process of another namespace: every process is visible from the initial one.
   */
  private Verdict verdictFromOutside(ProcessIdentity process) {
    long pid = pidOutside(process);
    if (pid == NamespaceSearch.NOWHERE) {
      return Verdict.DEAD;
    }
    return pid == NamespaceSearch.UNCLEAR ? Verdict.UNKNOWN : verdictOn(pid, process.startTicks());
  }

  private long pidOutside(ProcessIdentity process) {
    return host.self().pidNamespace() == NamespaceSearch.INITIAL_NAMESPACE
        ? NamespaceSearch.pidOf(process, table)
        : NamespaceSearch.UNCLEAR;
  }

  /** Whether absence here is a proof: this is the proc of my own namespace and hides nobody. */
  private boolean seesEveryProcess() {
    return table.isSeenFrom(host.self().pid()) && (host.uid() == 0 || table.hidesNothing());
  }

  private @Nullable ProcStat stat(long pid) {
    byte[] buffer = new byte[ProcStat.BYTES];
    return ProcStat.parse(buffer, ProcFiles.read(statFile(pid), buffer));
  }

  private String statFile(long pid) {
    // Not "+": its first use costs more than all the rest of a verdict.
    return root.concat("/").concat(Long.toString(pid)).concat("/stat");
  }

  private String commandLine(long pid) {
    byte[] buffer = new byte[COMMAND_LINE_BYTES];
    int length = Math.max(0, ProcFiles.read(table.file(pid, "cmdline").toString(), buffer));
    String arguments = new String(buffer, 0, length, StandardCharsets.UTF_8);
    return Printable.text(arguments.replace('\0', ' ').stripTrailing());
  }
}
