package dev.lockbroker.core.journal;

import dev.lockbroker.core.table.Ticket;

/** Only looks, as status does: what it sees as held was written once. */
final class SimReader extends SimActor {
  private final Arbiter arbiter;

  SimReader(SimWorld world, SimProcess process) {
    super(world, process);
    this.arbiter = world.arbiter(process);
  }

  @Override
  void step() {
    try {
      Turn unused = arbiter.look();
    } catch (JournalException e) {
      world.trouble(process, e);
    }
    for (Ticket ticket : arbiter.table().held()) {
      Ticket.Hold hold = ticket.requireHold();
      world.oracle.law(
          world.oracle.wasWritten(ticket.number(), hold.token(), hold.untilNanos()),
          SimLaw.V6_TOLD_IS_WRITTEN,
          () -> "read without being there: " + ticket);
    }
  }
}
