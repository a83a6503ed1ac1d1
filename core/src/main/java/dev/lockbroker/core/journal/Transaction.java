package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.Decision;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Refusal;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one transaction between "caught up" and "written": decides, and applies each
 * decision to the table at once so that the next one sees it. If the write fails, the table is
 * thrown away.
 */
final class Transaction {
  private final LockTable table;
  private final Reaper reaper;
  private final JournalDirectory directory;
  private final Party party;
  private final Aftermath aftermath;
  private final long nowNanos;
  private final List<Entry> entries = new ArrayList<>();
  private final Set<Long> mine = new HashSet<>();
  private final Set<ProcessIdentity> toWake = new LinkedHashSet<>();

  Transaction(
      LockTable table,
      Reaper reaper,
      JournalDirectory directory,
      Party party,
      Aftermath aftermath,
      Host host) {
    this.table = table;
    this.reaper = reaper;
    this.directory = directory;
    this.party = party;
    this.aftermath = aftermath;
    this.nowNanos = host.nanoTime();
  }

  long nowNanos() {
    return nowNanos;
  }

  List<Entry> entries() {
    return entries;
  }

  /**
   * Ends gone leases that stand in somebody's way, and, when {@code sweep} says so, waiting tickets
   * whose client is dead. A lapsed lease that is about to be refreshed, or that is only asked for
   * again by its own request, is let live; one kept by processes that is about to be ended is left
   * to that command, which knows whether it was given back or died.
   */
  void reap(List<Command> commands, boolean sweep) throws IOException {
    List<Claims> asked = new ArrayList<>();
    Set<Long> spared = new HashSet<>();
    boolean someMustBeFree = false;
    for (Command command : commands) {
      if (command instanceof Command.Request request) {
        if (table.ticket(request.id()) == null) {
          asked.add(request.claims());
          someMustBeFree |= request.onlyIfFree();
        }
      } else if (command instanceof Command.Refresh refresh) {
        spared.add(refresh.ticket());
      } else if (command instanceof Command.End end && isRun(end.ticket())) {
        spared.add(end.ticket());
      }
    }
    for (Ticket lease : table.obstacles(asked)) {
      if (!spared.contains(lease.number())) {
        endIfGone(lease);
      }
    }
    if (sweep || someMustBeFree) {
      sweepQueue();
    }
  }

  private boolean isRun(long number) {
    Ticket ticket = table.ticket(number);
    return ticket != null && ticket.kind() == LeaseKind.RUN;
  }

  private void endIfGone(Ticket lease) throws IOException {
    EndReason reason = reaper.gone(lease, nowNanos);
    if (reason != null && reaper.mayEndGone(lease)) {
      write(new Entry.Ended(lease.number(), reason));
    }
  }

  private void sweepQueue() throws IOException {
    List<Ticket> dead = new ArrayList<>();
    for (Ticket waiter : table.waiting()) {
      if (reaper.isDead(waiter.client())) {
        dead.add(waiter);
      }
    }
    for (Ticket waiter : dead) {
      endDead(waiter);
    }
  }

  private boolean endIfDead(Ticket waiter) throws IOException {
    boolean dead = reaper.isDead(waiter.client());
    if (dead) {
      endDead(waiter);
    }
    return dead;
  }

  private void endDead(Ticket waiter) throws IOException {
    reaper.clearRun(waiter);
    write(new Entry.Ended(waiter.number(), EndReason.DIED));
  }

  /** One outcome for each command; requests are settled only after the grants. */
  List<Outcome> carryOut(List<Command> commands) throws IOException {
    List<Outcome> outcomes = new ArrayList<>(commands.size());
    for (Command command : commands) {
      outcomes.add(carryOut(command));
    }
    return outcomes;
  }

  private Outcome carryOut(Command command) throws IOException {
    Refusal obstacle = prepare(command);
    if (obstacle != null) {
      return new Outcome.Refused(obstacle);
    }
    Decision decision = table.decide(command, nowNanos);
    for (Entry entry : decision.entries()) {
      write(entry);
    }
    Refusal refusal = decision.refusal();
    return refusal != null ? new Outcome.Refused(refusal) : outcomeOf(command);
  }

  /** What has to be true on disk before the entry may be written. */
  private @Nullable Refusal prepare(Command command) throws IOException {
    if (command instanceof Command.End end) {
      Ticket ticket = table.ticket(end.ticket());
      return ticket == null || reaper.mayRelease(ticket, end.reason())
          ? null
          : Refusal.WORKER_ALIVE;
    }
    if (command instanceof Command.Dequeue dequeue) {
      Ticket ticket = table.ticket(dequeue.ticket());
      if (ticket != null && !ticket.isHeld()) {
        reaper.clearRun(ticket);
      }
    }
    if (command instanceof Command.Force force) {
      Ticket ticket = table.ticket(force.ticket());
      if (ticket != null && table.decide(force, nowNanos).refusal() == null) {
        reaper.clearRun(ticket);
      }
    }
    if (command instanceof Command.Request request && request.kind() == LeaseKind.RUN) {
      for (Entry entry : table.decide(request, nowNanos).entries()) {
        directory.makeRun(new RunFolder(request.id(), entry.ticket()));
      }
    }
    return null;
  }

  private Outcome outcomeOf(Command command) {
    if (command instanceof Command.Request request) {
      return new Outcome.Waiting(present(table.ticket(request.id())));
    }
    if (command instanceof Command.Refresh refresh) {
      return new Outcome.Held(present(table.ticket(refresh.ticket())));
    }
    if (command instanceof Command.End end) {
      return new Outcome.Ended(end.ticket());
    }
    if (command instanceof Command.Dequeue dequeue) {
      Ticket lease = table.ticket(dequeue.ticket());
      return lease == null ? new Outcome.Ended(dequeue.ticket()) : new Outcome.Held(lease);
    }
    return new Outcome.Ended(((Command.Force) command).ticket());
  }

  private Ticket present(@Nullable Ticket ticket) {
    if (ticket == null) {
      throw new IllegalStateException("a ticket that was just decided on is missing");
    }
    mine.add(ticket.number());
    return ticket;
  }

  /** Grants every grantable ticket in order, except to the dead. */
  void grantAll() throws IOException {
    List<Ticket> grantable = table.grantable();
    while (endTheDead(grantable)) {
      grantable = table.grantable();
    }
    for (Ticket ticket : grantable) {
      boolean actedFor = mine.contains(ticket.number()) || party.actsFor(ticket);
      long forNanos =
          actedFor ? ticket.ttlNanos() : Math.min(ticket.ttlNanos(), Arbiter.PICK_UP_NANOS);
      write(table.grant(ticket, nowNanos, forNanos));
      if (!actedFor) {
        toWake.add(ticket.client());
      }
    }
  }

  /** Whose tickets were granted by somebody else: they do not know yet. */
  Set<ProcessIdentity> toWake() {
    return toWake;
  }

  private boolean endTheDead(List<Ticket> grantable) throws IOException {
    boolean any = false;
    for (Ticket ticket : grantable) {
      any |= !mine.contains(ticket.number()) && endIfDead(ticket);
    }
    return any;
  }

  /** The outcomes with tickets as they stand after all commands and the grants. */
  List<Outcome> settled(List<Outcome> outcomes) {
    List<Outcome> settled = new ArrayList<>(outcomes.size());
    for (Outcome outcome : outcomes) {
      settled.add(settled(outcome));
    }
    return settled;
  }

  private Outcome settled(Outcome outcome) {
    if (outcome instanceof Outcome.Waiting waiting) {
      return settled(waiting.ticket());
    }
    return outcome instanceof Outcome.Held held ? settled(held.ticket()) : outcome;
  }

  private Outcome settled(Ticket before) {
    Ticket now = table.ticket(before.number());
    if (now == null) {
      return new Outcome.Ended(before.number());
    }
    return now.isHeld() ? new Outcome.Held(now) : new Outcome.Waiting(now);
  }

  private void write(Entry entry) {
    Ticket lease = table.ticket(entry.ticket());
    if (lease != null && lease.isHeld()) {
      if (entry instanceof Entry.Ended ended) {
        aftermath.ending(lease, ended.reason(), table.held());
      } else if (entry instanceof Entry.Refreshed && lease.kind() == LeaseKind.RUN) {
        aftermath.prolonged(lease, table.held());
      }
    }
    table.apply(entry);
    entries.add(entry);
  }
}
