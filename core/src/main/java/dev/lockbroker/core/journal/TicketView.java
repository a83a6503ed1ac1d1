package dev.lockbroker.core.journal;

import dev.lockbroker.core.table.Ticket;
import java.util.List;

/**
 * A ticket and what can be seen of the processes behind it, for people. Text in it is escaped, but
 * for {@link Ticket#label()}.
 *
 * @param ticket the ticket
 * @param state {@code waiting}, {@code running}, {@code stopped}, {@code orphaned} (its client is
 *     dead, a worker lives), {@code dead} (nobody is left, it ends when somebody asks), or {@code
 *     unknown} (its processes cannot be judged from here)
 * @param pid the process at work, or the client where none is registered or seen
 * @param command the command line of that process; empty if it cannot be seen
 * @param workers pids registered for it that are not proved dead
 * @param sinceMillis for how long it has been held, or has waited
 * @param leftMillis what is left of its ttl, 0 if nothing or while it waits
 */
public record TicketView(
    Ticket ticket,
    String state,
    long pid,
    String command,
    List<Long> workers,
    long sinceMillis,
    long leftMillis) {}
