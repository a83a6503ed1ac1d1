package dev.lockbroker.core.journal;

import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Ticket;
import java.util.Collection;
import java.util.List;

/**
 * What is to be done about a lease that ends, before anybody else begins: called inside the guard,
 * while the lease is still in the table, right before its end is written. If the journal cannot be
 * written after all, it is called again for the same lease.
 *
 * <p>It never fails, and returns soon: the whole repository waits for it.
 */
public interface Aftermath {
  /** Nothing. */
  Aftermath NONE =
      new Aftermath() {
        @Override
        public void ending(Ticket lease, EndReason reason, Collection<Ticket> held) {}
      };

  /**
   * A lease ends.
   *
   * @param held all leases, this one included
   */
  void ending(Ticket lease, EndReason reason, Collection<Ticket> held);

  /**
   * A lease of kind run is prolonged: its command has not begun yet, perhaps because of what could
   * not be cleared when another one ended.
   *
   * @param held all leases, this one included
   */
  default void prolonged(Ticket lease, Collection<Ticket> held) {}

  /** What was found and done since the last call, a line each, for a log. */
  default List<String> takeReports() {
    return List.of();
  }
}
