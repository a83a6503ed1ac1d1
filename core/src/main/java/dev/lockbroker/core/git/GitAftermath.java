package dev.lockbroker.core.git;

import dev.lockbroker.core.journal.Aftermath;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Clears up after a lease that ended without a word, in a git repository: dead locks are moved
 * aside where all of {@link Proof} holds, everything else is kept, and both are written down.
 *
 * <p>It is done under the journal's guard and before the end is written, so nobody who conflicts
 * with the dead lease can have begun, and no two clear at once. After a normal end it costs one
 * look at whether something was put off. That is tried again when a lease ends, and while the next
 * holder waits for the index to be free. Confined to its arbiter.
 */
public final class GitAftermath implements Aftermath {
  private static final int MOST_REPORTS = 20;

  private final Path journalDirectory;
  private final Path common;
  private final Path putOff;
  private final Host host;
  private final Processes processes;
  private final Path procRoot;
  private final List<String> reports = new ArrayList<>();

  private GitAftermath(
      Path journalDirectory, Path common, Host host, Processes processes, Path procRoot) {
    this.journalDirectory = journalDirectory;
    this.common = common;
    this.putOff = journalDirectory.resolve(Pending.NAME);
    this.host = host;
    this.processes = processes;
    this.procRoot = procRoot;
  }

  /** For the journal in that directory; whether it is a git repository's is seen when needed. */
  public static Aftermath of(Path journalDirectory, Host host, Processes processes) {
    return of(journalDirectory, host, processes, Path.of("/proc"));
  }

  static Aftermath of(Path journalDirectory, Host host, Processes processes, Path procRoot) {
    Path common = journalDirectory.getParent();
    return common == null
        ? NONE
        : new GitAftermath(journalDirectory, common, host, processes, procRoot);
  }

  @Override
  public void ending(Ticket lease, EndReason reason, Collection<Ticket> held) {
    follow(lease, isAbnormal(lease, reason) ? reason : null, held);
  }

  @Override
  public void prolonged(Ticket lease, Collection<Ticket> held) {
    follow(lease, null, held);
  }

  /** Clears up if there was a violent end, and tries again what was put off. */
  private void follow(Ticket lease, @Nullable EndReason violent, Collection<Ticket> held) {
    if (violent != null || Files.exists(putOff)) {
      try {
        clear(lease, violent, held);
      } catch (IOException | RuntimeException e) {
        // The lease ends in any case: what was left behind is met by whoever comes next.
        report("ticket " + lease.number() + ": what was left could not be cleared: " + e);
      }
    }
  }

  private void clear(Ticket lease, @Nullable EndReason violent, Collection<Ticket> held)
      throws IOException {
    if (!Layout.isRepository(common)) {
      return;
    }
    Clearing clearing = new Clearing(journalDirectory, common, host, processes, procRoot);
    Set<Long> others = Clearing.others(lease, held);
    try {
      if (violent != null) {
        clearing.clear(lease, violent, others);
      }
      clearing.retry(others);
    } finally {
      clearing.reports().forEach(this::report);
    }
  }

  @Override
  public List<String> takeReports() {
    if (reports.isEmpty()) {
      return List.of();
    }
    List<String> taken = List.copyOf(reports);
    reports.clear();
    return taken;
  }

  private void report(String line) {
    if (reports.size() < MOST_REPORTS) {
      reports.add(line);
    }
  }

  private static boolean isAbnormal(Ticket lease, EndReason reason) {
    return reason == EndReason.DIED
        || reason == EndReason.FORCED
        || (reason == EndReason.EXPIRED && lease.kind() == LeaseKind.RUN);
  }
}
