package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Ticket;

/** Acts for nobody and vouches for nobody. */
enum Bystander implements Party {
  INSTANCE;

  @Override
  public boolean actsFor(Ticket ticket) {
    return false;
  }

  @Override
  public boolean vouchesFor(ProcessIdentity process) {
    return false;
  }
}
