package dev.lockbroker.client;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.JournalException.Fault;
import dev.lockbroker.core.journal.Party;
import dev.lockbroker.core.journal.Turn;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.repository.KnownRepositories;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Refusal;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The client's own arbiter for one journal, and the requests it serves there.
 *
 * <p>Guarded by its own monitor, which is held during a transaction; agents are told after it is
 * left.
 */
final class DirectJournal implements Party {
  /** How often a waiting request looks at the journal: one {@code stat}. */
  static final long FAST_NANOS = 3_000_000;

  /** How often a holder looks whether its lease still stands. */
  private static final long SLOW_NANOS = 50_000_000;

  /** How often a waiting request looks whether those before it live. */
  private static final long PROBE_NANOS = 20_000_000;

  /** A waiting request runs a transaction at least this often, give or take a fifth. */
  private static final long TRANSACT_NANOS = 100_000_000;

  /** A waiter or holder does not give up on a busy guard, it only lets others of the client on. */
  private static final long PATIENCE_NANOS = 200_000_000;

  private static final int MOST_TRIES = 3;

  private final Engine engine;
  private final Transport transport;
  private final Arbiter arbiter;
  private final Path place;
  private final Map<RequestId, TicketAgent> agents = new LinkedHashMap<>();
  private final Map<Long, TicketAgent> byTicket = new HashMap<>();
  private final Deque<Runnable> toTell = new ArrayDeque<>();
  private boolean telling;
  private long probedNanos;
  private long nextTransactNanos;

  DirectJournal(Engine engine, Transport transport, Path place) {
    this.engine = engine;
    this.transport = transport;
    this.place = place;
    this.arbiter = Arbiter.open(place, engine.host(), engine.processes());
    this.probedNanos = engine.nanoTime();
    this.nextTransactNanos = engine.nanoTime();
  }

  @Override
  public boolean actsFor(Ticket ticket) {
    return agents.containsKey(ticket.request());
  }

  @Override
  public boolean vouchesFor(ProcessIdentity process) {
    return process.equals(engine.host().self());
  }

  synchronized boolean hasAgents() {
    return !agents.isEmpty();
  }

  synchronized List<TicketAgent> agents() {
    return List.copyOf(agents.values());
  }

  synchronized void forget(TicketAgent agent) {
    agents.remove(agent.id());
    byTicket.values().remove(agent);
  }

  synchronized void close() {
    arbiter.close();
  }

  void ask(TicketAgent agent) {
    synchronized (this) {
      agents.put(agent.id(), agent);
      noteIfNew(agent);
      try {
        settle(List.of(agent), transactPatiently(List.of(requestOf(agent))));
      } catch (JournalException e) {
        if (!agent.isEstablished()) {
          forget(agent);
          toTell.add(() -> agent.onRefused(transport, UnavailableException.of(e)));
        }
      }
    }
    tell();
  }

  /** A journal that is about to be made is noted where status and broker find it. */
  private void noteIfNew(TicketAgent agent) {
    if (Files.notExists(place.resolve("journal"))) {
      try {
        new KnownRepositories(engine.options().state()).add(agent.lockable());
      } catch (IOException e) {
        // Only 'status' without a path misses it.
      }
    }
  }

  private Command.Request requestOf(TicketAgent agent) {
    return new Command.Request(
        agent.id(),
        agent.claims(),
        engine.host().self(),
        agent.ttl().toMillis(),
        agent.kind(),
        agent.label(),
        agent.token() != 0,
        agent.isImpatient());
  }

  /** The same request id makes asking again after an unknown outcome harmless. */
  private Turn transactPatiently(List<Command> commands) throws JournalException {
    for (int tries = 1; ; tries++) {
      try {
        return arbiter.transact(commands, this, Arbiter.GUARD_PATIENCE_NANOS);
      } catch (JournalException e) {
        if (e.fault() != Fault.UNKNOWN_OUTCOME || tries == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  void withdraw(TicketAgent agent) {
    synchronized (this) {
      agents.put(agent.id(), agent);
      try {
        endTicket(agent);
      } catch (JournalException e) {
        // It stays in the list of agents, so that the next tick tries again.
      }
    }
    tell();
  }

  private void endTicket(TicketAgent agent) throws JournalException {
    long number = agent.ticket();
    if (number == 0) {
      lookAround();
      Ticket ticket = arbiter.table().ticket(agent.id());
      number = ticket == null ? 0 : ticket.number();
    }
    EndReason reason = agent.token() != 0 ? EndReason.RELEASED : EndReason.CANCELLED;
    Turn turn = transactPatiently(List.of(new Command.End(number, reason)));
    if (turn.outcomes().get(0) instanceof Outcome.Refused) {
      toTell.add(() -> agent.onWorkerAlive(transport));
    } else {
      forget(agent);
      toTell.add(() -> agent.onWithdrawn(transport));
    }
    settle(List.of(), turn);
  }

  void refresh(TicketAgent agent) {
    synchronized (this) {
      refreshAll(List.of(agent), Arbiter.GUARD_PATIENCE_NANOS);
    }
    tell();
  }

  private void refreshAll(List<TicketAgent> due, long patienceNanos) {
    List<Command> commands = new ArrayList<>();
    for (TicketAgent agent : due) {
      commands.add(new Command.Refresh(agent.ticket(), agent.token()));
    }
    try {
      Turn turn = arbiter.transact(commands, this, patienceNanos);
      for (Outcome outcome : turn.outcomes()) {
        believe(outcome);
      }
      settle(due, turn);
    } catch (JournalException e) {
      giveUpThoseTooLate(due);
    }
  }

  /** Told at once, because the holder may be waiting for it before its next effect. */
  private void believe(Outcome outcome) {
    if (outcome instanceof Outcome.Held held) {
      TicketAgent agent = byTicket.get(held.ticket().number());
      if (agent != null) {
        agent.onRefreshed(held.ticket().requireHold().untilNanos());
      }
    }
  }

  /** Nobody could be asked up to the last moment: whoever holds must not believe any longer. */
  private void giveUpThoseTooLate(List<TicketAgent> due) {
    long now = engine.nanoTime();
    for (TicketAgent agent : due) {
      if (!agent.believes(now)) {
        toTell.add(() -> agent.onVanished(transport, LossCause.UNCONFIRMED));
      }
    }
  }

  /** One look at the journal; how long until the next one, or for ever if nobody needs it. */
  long tick() {
    long nextNanos;
    synchronized (this) {
      if (agents.isEmpty()) {
        return Long.MAX_VALUE;
      }
      try {
        work();
      } catch (JournalException e) {
        giveUpThoseTooLate(dueForRefresh());
      }
      nextNanos = pace();
    }
    tell();
    return nextNanos;
  }

  private void work() throws JournalException {
    lookAround();
    for (TicketAgent agent : List.copyOf(agents.values())) {
      if (agent.isLeaving()) {
        endTicket(agent);
      } else if (!agent.isEstablished()) {
        settle(List.of(agent), arbiter.transact(List.of(requestOf(agent)), this, PATIENCE_NANOS));
      }
    }
    List<TicketAgent> due = dueForRefresh();
    if (!due.isEmpty()) {
      refreshAll(due, PATIENCE_NANOS);
    }
    if (someoneWaits() && isTimeToTransact()) {
      settle(List.of(), arbiter.transact(List.of(), this, PATIENCE_NANOS));
    }
  }

  private List<TicketAgent> dueForRefresh() {
    long now = engine.nanoTime();
    List<TicketAgent> due = new ArrayList<>();
    for (TicketAgent agent : agents.values()) {
      long ttlNanos = agent.ttl().toNanos();
      if (agent.isGranted()
          && agent.kind() == LeaseKind.LEASE
          && agent.untilNanos() - now < ttlNanos - ttlNanos / 3) {
        due.add(agent);
      }
    }
    return due;
  }

  private boolean someoneWaits() {
    for (TicketAgent agent : agents.values()) {
      if (agent.isWaiting()) {
        return true;
      }
    }
    return false;
  }

  private boolean isTimeToTransact() {
    long now = engine.nanoTime();
    boolean stuck = false;
    if (now - probedNanos >= PROBE_NANOS) {
      probedNanos = now;
      stuck = arbiter.isStuckBehindGone(this);
    }
    if (!stuck && nextTransactNanos - now > 0) {
      return false;
    }
    long fifth = TRANSACT_NANOS / 5;
    nextTransactNanos = now + TRANSACT_NANOS + ThreadLocalRandom.current().nextLong(-fifth, fifth);
    return true;
  }

  private long pace() {
    long paceNanos = agents.isEmpty() ? Long.MAX_VALUE : SLOW_NANOS;
    for (TicketAgent agent : agents.values()) {
      long wanted = agent.isGranted() ? agent.ttl().toNanos() / 6 : FAST_NANOS;
      paceNanos = Math.min(paceNanos, Math.max(wanted, FAST_NANOS / 3));
    }
    return paceNanos;
  }

  /** Takes in a turn: outcomes for those who asked, news for everybody here. */
  private void settle(List<TicketAgent> asked, Turn turn) {
    for (int i = 0; i < asked.size(); i++) {
      settle(asked.get(i), turn.outcomes().get(i));
    }
    if (turn.replaced()) {
      for (TicketAgent agent : List.copyOf(agents.values())) {
        examine(agent);
      }
    }
    for (Entry entry : turn.news()) {
      TicketAgent agent = byTicket.get(entry.ticket());
      if (agent != null) {
        take(agent, entry);
      }
    }
    if (turn.replaced() || !turn.news().isEmpty()) {
      updatePlaces();
    }
  }

  private void settle(TicketAgent agent, Outcome outcome) {
    if (outcome instanceof Outcome.Held held) {
      holds(agent, held.ticket());
    } else if (outcome instanceof Outcome.Waiting waiting) {
      waits(agent, waiting.ticket());
    } else if (outcome instanceof Outcome.Refused refused) {
      refuse(agent, refused.reason());
    } else {
      vanished(agent, LossCause.EXPIRED);
    }
  }

  private void examine(TicketAgent agent) {
    Ticket ticket = arbiter.table().ticket(agent.id());
    if (ticket == null) {
      if (agent.isEstablished()) {
        vanished(agent, LossCause.DELETED);
      }
    } else if (ticket.isHeld()) {
      holds(agent, ticket);
    } else {
      waits(agent, ticket);
    }
  }

  private void take(TicketAgent agent, Entry entry) {
    if (entry instanceof Entry.Ended ended) {
      vanished(agent, ended.reason() == EndReason.FORCED ? LossCause.FORCED : LossCause.EXPIRED);
      return;
    }
    Ticket ticket = arbiter.table().ticket(entry.ticket());
    if (ticket != null && ticket.isHeld()) {
      holds(agent, ticket);
    }
  }

  private void holds(TicketAgent agent, Ticket ticket) {
    byTicket.put(ticket.number(), agent);
    Ticket.Hold hold = ticket.requireHold();
    toTell.add(() -> agent.onGranted(transport, ticket.number(), hold.token(), hold.untilNanos()));
  }

  private void waits(TicketAgent agent, Ticket ticket) {
    byTicket.put(ticket.number(), agent);
    QueueUpdate update = views().placeOf(ticket);
    toTell.add(() -> agent.onQueued(transport, ticket.number(), update));
  }

  private void vanished(TicketAgent agent, LossCause cause) {
    byTicket.values().remove(agent);
    toTell.add(() -> agent.onVanished(transport, cause));
  }

  private void refuse(TicketAgent agent, Refusal reason) {
    switch (reason) {
      case LOST, UNKNOWN_TICKET, WRONG_TOKEN -> vanished(agent, LossCause.EXPIRED);
      case BUSY -> {
        List<HolderView> holders = views().inTheWayOf(agent.claims());
        toTell.add(() -> agent.onRefused(transport, Refusals.busy(agent, holders)));
      }
      case QUEUE_FULL -> toTell.add(() -> agent.onRefused(transport, Refusals.queueFull(agent)));
      case DIFFERENT_REQUEST, WORKER_ALIVE ->
          toTell.add(() -> agent.onRefused(transport, Refusals.differentRequest(agent)));
    }
  }

  private void updatePlaces() {
    for (TicketAgent agent : agents.values()) {
      Ticket ticket = arbiter.table().ticket(agent.id());
      if (ticket != null && !ticket.isHeld() && agent.wantsUpdates()) {
        waits(agent, ticket);
      }
    }
  }

  private HolderViews views() {
    return new HolderViews(arbiter, engine.processes(), engine.nanoTime());
  }

  /**
   * The ticket as the journal shows it now, for a lease inherited from an ancestor; null if gone.
   */
  @Nullable Ticket peek(long number) throws JournalException {
    Ticket ticket;
    synchronized (this) {
      lookAround();
      ticket = arbiter.table().ticket(number);
    }
    tell();
    return ticket;
  }

  /** Every look may bring news, which are told to whomever they concern. */
  private void lookAround() throws JournalException {
    Turn seen = arbiter.look();
    if (seen != null) {
      settle(List.of(), seen);
    }
  }

  /** Registers a worker; false if the lease has ended. */
  synchronized boolean register(RequestId request, ProcessIdentity worker, long session)
      throws JournalException {
    return arbiter.register(request, worker, session);
  }

  /**
   * Tells what was decided, in order, without the monitor. One thread at a time does it, also for
   * the others: an older word must never come after a newer one.
   */
  private void tell() {
    while (true) {
      Runnable next;
      synchronized (this) {
        next = telling ? null : toTell.poll();
        if (next == null) {
          return;
        }
        telling = true;
      }
      try {
        next.run();
      } finally {
        synchronized (this) {
          telling = false;
        }
      }
    }
  }
}
