package dev.lockbroker.core.journal;

import dev.lockbroker.core.table.Ticket;
import java.util.ArrayList;
import java.util.List;

/**
 * A ticket and what can be seen of the processes behind it, for people. Text in it is escaped, but
 * for {@link Ticket#label()}.
 *
 * @param ticket the ticket
 * @param state {@code waiting}, {@code running}, {@code stopped}, {@code orphaned} (its client is
 *     dead, a worker that it started, or what that started, lives), {@code dead} (nobody is left,
 *     it ends when somebody asks), or {@code unknown} (its processes cannot be judged from here)
 * @param pid the process at work, or the client where none is registered or seen
 * @param command the command line of that process; empty if it cannot be seen
 * @param keepers the processes that keep it: those registered that are not proved dead; where all
 *     of them and the client are dead, what they started and what will be registered in their place
 * @param sinceMillis for how long it has been held, or has waited
 * @param leftMillis what is left of its ttl, 0 if nothing or while it waits
 */
public record TicketView(
    Ticket ticket,
    String state,
    long pid,
    String command,
    List<KeeperView> keepers,
    long sinceMillis,
    long leftMillis) {

  /** The pids of those that keep it. */
  public List<Long> workers() {
    List<Long> pids = new ArrayList<>();
    for (KeeperView keeper : keepers) {
      pids.add(keeper.pid());
    }
    return pids;
  }
}
