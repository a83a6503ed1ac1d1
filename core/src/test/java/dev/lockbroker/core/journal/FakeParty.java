package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Ticket;

/** A party that stands for nobody but who asks. */
class FakeParty implements Party {
  static final Party NOBODY = new FakeParty();

  @Override
  public boolean actsFor(Ticket ticket) {
    return false;
  }

  @Override
  public boolean vouchesFor(ProcessIdentity process) {
    return false;
  }
}
