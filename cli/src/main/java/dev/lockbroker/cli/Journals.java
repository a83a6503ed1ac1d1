package dev.lockbroker.cli;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.Party;
import dev.lockbroker.core.journal.TicketInspector;
import dev.lockbroker.core.journal.TicketView;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.Ticket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads journals as they stand, with no broker's help. */
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
      reports.add(new TicketReport(view(arbiter, lease), 0, 0));
    }
    for (Ticket waiter : table.waiting()) {
      reports.add(waiting(arbiter, waiter));
    }
    return reports;
  }

  /** The processes behind a ticket. */
  TicketView view(Arbiter arbiter, Ticket ticket) {
    return new TicketInspector(arbiter, settings.processes())
        .view(ticket, settings.host().nanoTime());
  }

  private TicketReport waiting(Arbiter arbiter, Ticket waiter) {
    int position = 1;
    int rivals = 1;
    for (Ticket other : arbiter.table().waiting()) {
      if (other.number() != waiter.number() && other.conflictsWith(waiter)) {
        rivals++;
        position += other.number() < waiter.number() ? 1 : 0;
      }
    }
    return new TicketReport(view(arbiter, waiter), position, rivals);
  }
}
