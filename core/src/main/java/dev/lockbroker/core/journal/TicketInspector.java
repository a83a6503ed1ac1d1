package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.ProcessView;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.process.Verdict;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    List<ProcessIdentity> workers = livingWorkers(ticket);
    ProcessIdentity shown = workers.isEmpty() ? ticket.client() : workers.get(0);
    Optional<ProcessView> process = processes.view(shown);
    return new TicketView(
        ticket,
        state(ticket, workers, process.map(ProcessView::state).orElse('?')),
        shown.pid(),
        process.map(ProcessView::commandLine).orElse(""),
        pidsOf(workers),
        Math.max(0, (nowNanos - since(ticket)) / 1_000_000),
        leftMillis(ticket, nowNanos));
  }

  private static long since(Ticket ticket) {
    Ticket.@Nullable Hold hold = ticket.hold();
    return hold == null ? ticket.sinceNanos() : hold.sinceNanos();
  }

  private static long leftMillis(Ticket ticket, long nowNanos) {
    Ticket.@Nullable Hold hold = ticket.hold();
    return hold == null ? 0 : Math.max(0, (hold.untilNanos() - nowNanos) / 1_000_000);
  }

  private List<ProcessIdentity> livingWorkers(Ticket ticket) {
    List<ProcessIdentity> living = new ArrayList<>();
    if (ticket.kind() != LeaseKind.RUN || !ticket.isHeld()) {
      return living;
    }
    try {
      for (RunEntry entry : arbiter.workers(RunFolder.of(ticket))) {
        ProcessIdentity worker = entry.identityFor(ticket.client());
        if (processes.judge(worker) != Verdict.DEAD) {
          living.add(worker);
        }
      }
    } catch (JournalException e) {
      // What cannot be read cannot be shown.
    }
    return living;
  }

  private String state(Ticket ticket, List<ProcessIdentity> workers, char letter) {
    if (!ticket.isHeld()) {
      return "waiting";
    }
    Verdict client = processes.judge(ticket.client());
    if (client == Verdict.DEAD) {
      return workers.isEmpty() ? "dead" : "orphaned";
    }
    if (client == Verdict.UNKNOWN) {
      return "unknown";
    }
    return letter == 'T' || letter == 't' ? "stopped" : "running";
  }

  private static List<Long> pidsOf(List<ProcessIdentity> workers) {
    List<Long> pids = new ArrayList<>();
    for (ProcessIdentity worker : workers) {
      pids.add(worker.pid());
    }
    return List.copyOf(pids);
  }
}
