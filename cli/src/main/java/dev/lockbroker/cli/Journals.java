package dev.lockbroker.cli;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.Party;
import dev.lockbroker.core.journal.RunEntry;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.ProcessView;
import dev.lockbroker.core.process.Verdict;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.Ticket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads journals as they stand, with no broker's help, and says what their tickets are up to. */
final class Journals {
  /** Somebody who acts for no ticket and knows nothing of any process. */
  static final Party BYSTANDER =
      new Party() {
        @Override
        public boolean actsFor(Ticket ticket) {
          return false;
        }

        @Override
        public boolean vouchesFor(ProcessIdentity process) {
          return false;
        }
      };

  private final Settings settings;

  Journals(Settings settings) {
    this.settings = settings;
  }

  /** A door to the journal in that directory. */
  Arbiter open(Path journalDirectory) {
    return Arbiter.open(journalDirectory, settings.host(), settings.processes());
  }

  /** All tickets, leases first, each group in the order of the queue. */
  List<TicketReport> tickets(Arbiter arbiter) throws JournalException {
    arbiter.look();
    LockTable table = arbiter.table();
    List<TicketReport> reports = new ArrayList<>();
    for (Ticket lease : table.held()) {
      reports.add(lease(arbiter, lease));
    }
    for (Ticket waiter : table.waiting()) {
      reports.add(waiter(table, waiter));
    }
    return reports;
  }

  /** Processes registered for the ticket that have not ended as far as we can tell. */
  List<Long> liveWorkers(Arbiter arbiter, Ticket ticket) throws JournalException {
    List<Long> live = new ArrayList<>();
    for (ProcessIdentity worker : workers(arbiter, ticket)) {
      if (settings.processes().judge(worker) != Verdict.DEAD) {
        live.add(worker.pid());
      }
    }
    return live;
  }

  private TicketReport lease(Arbiter arbiter, Ticket lease) throws JournalException {
    Ticket.Hold hold = lease.requireHold();
    long now = settings.host().nanoTime();
    List<ProcessIdentity> live = new ArrayList<>();
    for (ProcessIdentity worker : workers(arbiter, lease)) {
      if (settings.processes().judge(worker) != Verdict.DEAD) {
        live.add(worker);
      }
    }
    ProcessIdentity atWork = live.isEmpty() ? lease.client() : live.get(0);
    return new TicketReport(
        lease,
        0,
        0,
        stateOfLease(lease, live, now),
        command(atWork),
        live.stream().map(ProcessIdentity::pid).toList(),
        millis(now - hold.sinceNanos()),
        millis(hold.untilNanos() - now));
  }

  private TicketReport.State stateOfLease(Ticket lease, List<ProcessIdentity> live, long now) {
    Verdict client = settings.processes().judge(lease.client());
    if (live.isEmpty()) {
      boolean isOver = client == Verdict.DEAD || lease.isLapsed(now);
      if (isOver) {
        return TicketReport.State.ENDED;
      }
      return state(lease.client(), client);
    }
    if (client == Verdict.DEAD) {
      return TicketReport.State.ORPHANED;
    }
    ProcessIdentity worker = live.get(0);
    return state(worker, settings.processes().judge(worker));
  }

  private TicketReport.State state(ProcessIdentity process, Verdict verdict) {
    if (verdict == Verdict.UNKNOWN) {
      return TicketReport.State.UNKNOWN;
    }
    char letter = settings.processes().view(process).map(ProcessView::state).orElse('?');
    return letter == 'T' || letter == 't' ? TicketReport.State.STOPPED : TicketReport.State.HELD;
  }

  private TicketReport waiter(LockTable table, Ticket waiter) {
    int position = 1;
    for (Ticket ahead : table.ahead(waiter)) {
      position += ahead.isHeld() ? 0 : 1;
    }
    boolean isDead = settings.processes().judge(waiter.client()) == Verdict.DEAD;
    return new TicketReport(
        waiter,
        position,
        rivals(table, waiter),
        isDead ? TicketReport.State.ENDED : TicketReport.State.WAITING,
        command(waiter.client()),
        List.of(),
        millis(settings.host().nanoTime() - waiter.sinceNanos()),
        0);
  }

  /** Waiting tickets that it competes with, itself included. */
  private static int rivals(LockTable table, Ticket waiter) {
    int rivals = 0;
    for (Ticket other : table.waiting()) {
      rivals += other.conflictsWith(waiter) || other.number() == waiter.number() ? 1 : 0;
    }
    return rivals;
  }

  private static List<ProcessIdentity> workers(Arbiter arbiter, Ticket ticket)
      throws JournalException {
    List<ProcessIdentity> workers = new ArrayList<>();
    if (ticket.kind() == LeaseKind.RUN) {
      ProcessIdentity client = ticket.client();
      for (RunEntry entry : arbiter.workers(ticket.request())) {
        workers.add(
            new ProcessIdentity(
                entry.pid(), entry.startTicks(), client.pidNamespace(), client.uid()));
      }
    }
    return workers;
  }

  private String command(ProcessIdentity process) {
    return settings.processes().view(process).map(ProcessView::commandLine).orElse("");
  }

  private static long millis(long nanos) {
    return Math.max(0, nanos / 1_000_000);
  }
}
