package dev.lockbroker.broker;

import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.proto.v1.Event;
import dev.lockbroker.proto.v1.RepositoryStatus;
import dev.lockbroker.proto.v1.TicketStatus;
import java.nio.file.Path;

/** What people are told of a repository. */
final class Reports {
  private Reports() {}

  static Event event(Chronicle.Happening happening, Path shown) {
    Ticket ticket = happening.ticket();
    Ticket.Hold hold = ticket.hold();
    return Event.newBuilder()
        .setWallMillis(System.currentTimeMillis())
        .setPath(shown.toString())
        .setKind(happening.kind())
        .setTicket(ticket.number())
        .setToken(hold == null ? 0 : hold.token())
        .setLabel(ticket.label())
        .setClientPid(ticket.client().pid())
        .build();
  }

  /** The tickets of a table, by number. */
  static RepositoryStatus status(
      Path shown, Path journalDirectory, LockTable table, Holders holders, long nowNanos) {
    RepositoryStatus.Builder status =
        RepositoryStatus.newBuilder()
            .setPath(shown.toString())
            .setJournalDirectory(journalDirectory.toString());
    int place = 0;
    for (Ticket ticket : table.tickets()) {
      place += ticket.isHeld() ? 0 : 1;
      status.addTickets(ticket(ticket, ticket.isHeld() ? 0 : place, holders, nowNanos));
    }
    return status.build();
  }

  /** Positions here are those in the whole queue, whatever is claimed. */
  private static TicketStatus ticket(Ticket ticket, int position, Holders holders, long nowNanos) {
    Holders.Shown shown = holders.shown(ticket, nowNanos);
    Ticket.Hold hold = ticket.hold();
    long sinceNanos = hold == null ? ticket.sinceNanos() : hold.sinceNanos();
    TicketStatus.Builder status =
        TicketStatus.newBuilder()
            .setTicket(ticket.number())
            .setToken(hold == null ? 0 : hold.token())
            .setPosition(position)
            .setLabel(ticket.label())
            .setKind(kind(ticket.kind()))
            .addAllClaims(Holders.claims(ticket))
            .setClientPid(ticket.client().pid())
            .setState(shown.state())
            .setCommand(shown.command())
            .setSinceMillis(Math.max(0, nowNanos - sinceNanos) / 1_000_000);
    if (hold != null) {
      status.setLeftMillis(Math.max(0, hold.untilNanos() - nowNanos) / 1_000_000);
      status.addAllWorkerPids(shown.workers());
    }
    return status.build();
  }

  private static dev.lockbroker.proto.v1.LeaseKind kind(LeaseKind kind) {
    return switch (kind) {
      case LEASE -> dev.lockbroker.proto.v1.LeaseKind.LEASE_KIND_LEASE;
      case RUN -> dev.lockbroker.proto.v1.LeaseKind.LEASE_KIND_RUN;
    };
  }
}
