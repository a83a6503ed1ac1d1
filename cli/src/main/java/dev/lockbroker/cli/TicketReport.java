package dev.lockbroker.cli;

import dev.lockbroker.core.journal.TicketView;
import dev.lockbroker.core.table.Ticket;

/**
 * A ticket as {@code status} shows it.
 *
 * @param view the ticket and its processes
 * @param position its place among those it competes with, 1 is next; 0 for a lease
 * @param rivals how many compete, itself included; 0 for a lease
 */
record TicketReport(TicketView view, int position, int rivals) {
  Ticket ticket() {
    return view.ticket();
  }

  /** Token, or 0 while it waits. */
  long token() {
    Ticket.Hold hold = ticket().hold();
    return hold == null ? 0 : hold.token();
  }
}
