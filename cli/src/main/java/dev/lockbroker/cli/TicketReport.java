package dev.lockbroker.cli;

import dev.lockbroker.core.table.Ticket;
import java.util.List;
import java.util.Locale;

/**
 * A ticket as {@code status} shows it.
 *
 * @param position its place among those it competes with, 1 is next; 0 for a lease
 * @param rivals how many compete, itself included; 0 for a lease
 * @param state what it is up to
 * @param command command line of the process at work, else of its client; empty if not visible
 * @param workers live processes registered for it
 * @param sinceMillis held or waiting for so long
 * @param leftMillis until its ttl is over; 0 for a waiter
 */
record TicketReport(
    Ticket ticket,
    int position,
    int rivals,
    State state,
    String command,
    List<Long> workers,
    long sinceMillis,
    long leftMillis) {

  /** What a ticket is up to. */
  enum State {
    /** Its holder is at work. */
    HELD,
    /** It waits for its turn. */
    WAITING,
    /** The process at work is stopped (Ctrl-Z); the lease stays. */
    STOPPED,
    /** Its client has ended, but a process that it started is still at work. */
    ORPHANED,
    /** Its holder cannot be judged from here (another container); counts as alive. */
    UNKNOWN,
    /** Nobody stands behind it any more: the next request will clear it away. */
    ENDED;

    /** The word in tables and JSON. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Token, or 0 while it waits. */
  long token() {
    Ticket.Hold hold = ticket.hold();
    return hold == null ? 0 : hold.token();
  }

  /** The process to look at: the one at work, else the client. */
  long pid() {
    return workers.isEmpty() ? ticket.client().pid() : workers.get(0);
  }
}
