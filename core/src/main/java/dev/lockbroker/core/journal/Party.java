package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Ticket;

/**
 * For whom an arbiter runs its transactions. Called inside the guard: answers at once, from memory.
 */
public interface Party {
  /**
   * Whether the caller stands for this ticket and will see the grant at once: then the grant lasts
   * a whole ttl, else a short while to be picked up in.
   */
  boolean actsFor(Ticket ticket);

  /** Whether the caller knows that this process lives, so that nobody has to look. */
  boolean vouchesFor(ProcessIdentity process);

  /**
   * Whether the caller speaks for a registered process that lives and keeps the lease no longer, by
   * its own wish: it does not stand in the way of the end that the caller commands.
   */
  default boolean resigns(Ticket lease, RunEntry worker) {
    return false;
  }
}
