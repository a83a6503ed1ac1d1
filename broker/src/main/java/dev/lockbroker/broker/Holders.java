package dev.lockbroker.broker;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.TicketInspector;
import dev.lockbroker.core.journal.TicketView;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.process.Verdict;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.proto.v1.Holder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What people are shown of those who hold: the process at work, its command and state. Confined to
 * its repository's mailbox. No decision rests on it.
 *
 * <p>A look at a process costs some 50 µs, so it is believed for a moment.
 */
final class Holders {
  private static final long BELIEVED_NANOS = 200_000_000;

  /** Then all are forgotten: most are of tickets long gone. */
  private static final int MOST_REMEMBERED = 256;

  private final TicketInspector inspector;
  private final Processes processes;
  private final Map<Object, Shown> shown = new HashMap<>();

  Holders(Arbiter arbiter, Processes processes) {
    this.inspector = new TicketInspector(arbiter, processes);
    this.processes = processes;
  }

  /** The process at work for a ticket. */
  record Shown(long pid, String command, String state, List<Long> workers, long atNanos) {}

  List<Holder> of(List<Ticket> leases, long nowNanos) {
    List<Holder> holders = new ArrayList<>();
    for (Ticket lease : leases) {
      if (holders.size() == Limits.HOLDERS_SHOWN) {
        break;
      }
      holders.add(of(lease, nowNanos));
    }
    return holders;
  }

  private Holder of(Ticket lease, long nowNanos) {
    Ticket.Hold hold = lease.requireHold();
    Shown worker = shown(lease, nowNanos);
    return Holder.newBuilder()
        .setTicket(lease.number())
        .setToken(hold.token())
        .setPid(worker.pid)
        .setLabel(lease.label())
        .setCommand(worker.command)
        .setState(worker.state)
        .setHeldMillis(Math.max(0, nowNanos - hold.sinceNanos()) / 1_000_000)
        .addAllClaims(claims(lease))
        .build();
  }

  static List<String> claims(Ticket ticket) {
    List<String> claims = new ArrayList<>();
    for (Claim claim : ticket.claims().list()) {
      claims.add(claim.toString());
    }
    return claims;
  }

  /** Who is at work for a ticket: a registered process, else its client. */
  Shown shown(Ticket ticket, long nowNanos) {
    Object key = cacheKey(ticket);
    Shown known = shown.get(key);
    if (known != null && nowNanos - known.atNanos < BELIEVED_NANOS) {
      return known;
    }
    if (shown.size() >= MOST_REMEMBERED) {
      shown.clear();
    }
    Shown fresh = look(ticket, nowNanos);
    shown.put(key, fresh);
    return fresh;
  }

  /** A lease kept by its client looks like any other of that client's. */
  private static Object cacheKey(Ticket ticket) {
    boolean byClient = ticket.kind() == LeaseKind.LEASE && ticket.isHeld();
    return byClient ? ticket.client() : List.of(ticket.number(), ticket.isHeld());
  }

  private Shown look(Ticket ticket, long nowNanos) {
    TicketView view = inspector.view(ticket, nowNanos);
    return new Shown(view.pid(), view.command(), view.state(), view.workers(), nowNanos);
  }

  /** Everybody of a ticket who is not proved dead. */
  List<Long> livingPids(Ticket ticket, long nowNanos) {
    List<Long> pids = new ArrayList<>(inspector.view(ticket, nowNanos).workers());
    long client = ticket.client().pid();
    if (!pids.contains(client) && processes.judge(ticket.client()) != Verdict.DEAD) {
      pids.add(client);
    }
    return pids;
  }
}
