package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.ProcessView;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.process.Verdict;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Ticket;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at the processes behind tickets, for messages and status; nothing is decided by it. */
public final class TicketInspector {
  private final Arbiter arbiter;
  private final Processes processes;

  /** An inspector of that arbiter's tickets. */
  public TicketInspector(Arbiter arbiter, Processes processes) {
    this.arbiter = arbiter;
    this.processes = processes;
  }

  /** What can be seen of the ticket now. */
  public TicketView view(Ticket ticket, long nowNanos) {
    Verdict client = processes.judge(ticket.client());
    List<KeeperView> keepers = new ArrayList<>();
    boolean bound = false;
    for (ProcessIdentity keeper : keepers(ticket, client)) {
      keepers.add(look(keeper));
      bound |= RunEntry.isBound(keeper, ticket.client());
    }
    KeeperView shown = keepers.isEmpty() ? look(ticket.client()) : keepers.get(0);
    return new TicketView(
        ticket,
        state(ticket, client, bound, keepers, shown),
        shown.pid(),
        shown.command(),
        List.copyOf(keepers),
        Math.max(0, (nowNanos - since(ticket)) / 1_000_000),
        leftMillis(ticket, nowNanos));
  }

  private KeeperView look(ProcessIdentity process) {
    Optional<ProcessView> seen = processes.view(process);
    return new KeeperView(
        process.pid(),
        seen.map(ProcessView::state).orElse('?'),
        seen.map(ProcessView::commandLine).orElse(""));
  }

  private static long since(Ticket ticket) {
    Ticket.@Nullable Hold hold = ticket.hold();
    return hold == null ? ticket.sinceNanos() : hold.sinceNanos();
  }

  private static long leftMillis(Ticket ticket, long nowNanos) {
    Ticket.@Nullable Hold hold = ticket.hold();
    return hold == null ? 0 : Math.max(0, (hold.untilNanos() - nowNanos) / 1_000_000);
  }

  private List<ProcessIdentity> keepers(Ticket ticket, Verdict client) {
    if (ticket.kind() != LeaseKind.RUN || !ticket.isHeld()) {
      return List.of();
    }
    try {
      List<RunEntry> entries = arbiter.workers(RunFolder.of(ticket));
      List<ProcessIdentity> living = living(ticket, entries);
      boolean isLeftToHeirs = living.isEmpty() && client == Verdict.DEAD;
      return isLeftToHeirs ? heirs(ticket, entries) : living;
    } catch (JournalException e) {
      return List.of(); // What cannot be read cannot be shown.
    }
  }

  private List<ProcessIdentity> living(Ticket ticket, List<RunEntry> entries) {
    List<ProcessIdentity> living = new ArrayList<>();
    for (RunEntry entry : entries) {
      ProcessIdentity worker = entry.identityFor(ticket.client());
      if (processes.judge(worker) != Verdict.DEAD) {
        living.add(worker);
      }
    }
    return living;
  }

  /** R6, as the {@link Reaper} will see it: it does not look before somebody waits. */
  private List<ProcessIdentity> heirs(Ticket ticket, List<RunEntry> dead) {
    Set<ProcessIdentity> heirs = new LinkedHashSet<>();
    try {
      for (RunEntry worker : dead) {
        heirs.addAll(
            processes.carriers(LeaseTag.VARIABLE, ticket.request().hex(), worker.session()));
      }
    } catch (UncheckedIOException e) {
      // Those that were seen are shown.
    }
    return List.copyOf(heirs);
  }

  private static String state(
      Ticket ticket, Verdict client, boolean bound, List<KeeperView> keepers, KeeperView shown) {
    if (!ticket.isHeld()) {
      return "waiting";
    }
    if (client == Verdict.DEAD && !bound) {
      return keepers.isEmpty() ? "dead" : "orphaned";
    }
    if (client == Verdict.UNKNOWN) {
      return "unknown";
    }
    return shown.isStopped() ? "stopped" : "running";
  }
}
