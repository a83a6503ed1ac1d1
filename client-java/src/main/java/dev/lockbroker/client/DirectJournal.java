package dev.lockbroker.client;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.JournalException.Fault;
import dev.lockbroker.core.journal.Party;
import dev.lockbroker.core.journal.RunFolder;
import dev.lockbroker.core.journal.Turn;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.repository.KnownRepositories;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The client's own arbiter for one journal, and the requests it serves there.
 *
 * <p>Guarded by its own fair lock, which is held during a transaction and while a busy guard is
 * tried for a moment, never for as long as somebody may keep the guard: the timer's thread, which
 * serves other journals as well, comes this way. Agents are told after the lock is left.
 */
final class DirectJournal implements Party {
  /** How long a busy guard is tried inside the lock; then it is somebody else's turn. */
  private static final long MOMENT_NANOS = 20_000_000;

  /**
   * A lease is given up only when the journal could not be used for so long, and its time is over.
   */
  private static final long PATIENCE_NANOS = 200_000_000;

  private static final int MOST_TRIES = 3;

  private final Engine engine;
  private final Transport transport;
  private final Arbiter arbiter;
  private final Path place;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final ConcurrentMap<RequestId, TicketAgent> agents = new ConcurrentHashMap<>();

  /** Those whose asking is still to be carried out. */
  private final Set<TicketAgent> toAsk = ConcurrentHashMap.newKeySet();

  private final Teller teller = new Teller();
  private final DirectNews news;
  private final DirectPace pace;
  private final Bell bell;
  private boolean inTrouble;

  /** Whether the journal was there already, and so is known. */
  private boolean isNoted;

  private long troubleSinceNanos;

  DirectJournal(Engine engine, Transport transport, Path place) {
    this.engine = engine;
    this.transport = transport;
    this.place = place;
    this.arbiter = Arbiter.open(place, engine.host(), engine.processes());
    this.pace = new DirectPace(engine.nanoTime());
    this.bell = new Bell(engine.bells(), arbiter, this, engine.nanoTime());
    this.news = new DirectNews(engine, transport, arbiter, agents, teller);
  }

  @Override
  public boolean actsFor(Ticket ticket) {
    return agents.containsKey(ticket.request());
  }

  @Override
  public boolean vouchesFor(ProcessIdentity process) {
    return process.equals(engine.host().self());
  }

  Collection<TicketAgent> agents() {
    return List.copyOf(agents.values());
  }

  /** Never waits: it is called on the thread that brings a broker's news. */
  void forget(TicketAgent agent) {
    toAsk.remove(agent);
    agents.remove(agent.id(), agent);
  }

  /** Closes its files; they are opened again when they are needed. */
  void close() {
    lock.lock();
    try {
      bell.takeDown();
      arbiter.close();
    } finally {
      lock.unlock();
    }
  }

  /** Closes its files if nobody needs them at the moment. */
  void closeIfIdle() {
    if (lock.tryLock()) {
      try {
        if (agents.isEmpty()) {
          bell.takeDown();
          arbiter.close();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Asks on this thread; a busy guard is waited for, in between others have their turn. */
  void ask(TicketAgent agent) {
    long giveUpNanos = engine.nanoTime() + Arbiter.GUARD_PATIENCE_NANOS;
    JournalException trouble;
    int tries = 0;
    do {
      trouble = tryToAsk(agent);
      tries++;
    } while (trouble != null && isWorthTrying(trouble.fault(), tries, giveUpNanos));
    if (trouble != null && !engine.handOver(agent, trouble.fault())) {
      failed(agent, trouble);
    }
    teller.tell();
  }

  /** The same request id makes asking again after an unknown outcome harmless. */
  private boolean isWorthTrying(Fault fault, int tries, long giveUpNanos) {
    return switch (fault) {
      case GUARD_BUSY -> engine.nanoTime() - giveUpNanos < 0;
      case UNKNOWN_OUTCOME -> tries < MOST_TRIES;
      default -> false;
    };
  }

  private void failed(TicketAgent agent, JournalException trouble) {
    LockException why = UnavailableException.of(trouble);
    if (trouble.fault() == Fault.IO || trouble.fault() == Fault.UNKNOWN_OUTCOME) {
      // It may have been written all the same.
      teller.note(() -> agent.onUncertain(transport, why));
    } else {
      forget(agent);
      teller.note(() -> agent.onRefused(transport, why));
    }
  }

  private @Nullable JournalException tryToAsk(TicketAgent agent) {
    lock.lock();
    try {
      noteIfNew(agent);
      askFor(List.of(agent));
      return null;
    } catch (JournalException e) {
      if (engine.mayHandOver(agent, e.fault())) {
        // The next tick would meet the same, and refuse it.
        forget(agent);
      } else {
        toAsk.add(agent);
      }
      return e;
    } finally {
      lock.unlock();
    }
  }

  /** Has the next tick ask, which is soon. */
  void takeOver(TicketAgent agent) {
    toAsk.add(agent);
    agents.put(agent.id(), agent);
  }

  private void askFor(Collection<TicketAgent> all) throws JournalException {
    List<TicketAgent> wanting = new ArrayList<>();
    List<Command> commands = new ArrayList<>();
    for (TicketAgent agent : all) {
      agents.put(agent.id(), agent);
      // Looked at inside the lock: whoever wants it no longer ends its ticket after this.
      if (agent.isWantedFrom(transport)) {
        wanting.add(agent);
        commands.add(requestOf(agent));
      } else if (!agent.isLeavingFrom(transport)) {
        forget(agent);
      } else {
        toAsk.remove(agent);
      }
    }
    if (!commands.isEmpty()) {
      news.settle(wanting, transact(commands));
      for (TicketAgent agent : wanting) {
        toAsk.remove(agent);
      }
    }
  }

  private Turn transact(List<Command> commands) throws JournalException {
    return arbiter.transact(commands, this, MOMENT_NANOS);
  }

  /**
   * A journal that is about to be made is noted where status and broker find it; and one where
   * somebody waits who holds another, for whoever looks for a cycle of waiting.
   */
  private void noteIfNew(TicketAgent agent) {
    if (agent.nesting().inside().isEmpty() && (isNoted || Files.exists(place.resolve("journal")))) {
      isNoted = true;
    } else {
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
        agent.isImpatient(),
        agent.nesting().inside());
  }

  /** Ends its ticket now if that goes without waiting, else at one of the next ticks. */
  void withdraw(TicketAgent agent) {
    lock.lock();
    try {
      toAsk.remove(agent);
      if (agent.isLeavingFrom(transport)) {
        agents.put(agent.id(), agent);
        Fault unused = end(agent);
      }
    } finally {
      lock.unlock();
    }
    teller.tell();
  }

  /** Null if its ticket is no more, else why not. */
  private @Nullable Fault end(TicketAgent agent) {
    try {
      endTicket(agent);
      return null;
    } catch (JournalException e) {
      endLater(agent, e.fault());
      return e.fault();
    }
  }

  /** Stays with the agents, so that the next tick tries again, unless that is of no use. */
  private void endLater(TicketAgent agent, Fault fault) {
    if (isHopeless(fault)) {
      forget(agent);
      teller.note(() -> agent.onWithdrawn(transport));
    } else if (agent.leavingForNanos() > Arbiter.GUARD_PATIENCE_NANOS) {
      teller.note(() -> agent.onUnreachable(transport));
    }
  }

  /** Nobody is granted anything there until somebody has repaired it by hand. */
  private static boolean isHopeless(Fault fault) {
    return switch (fault) {
      case CORRUPT, NEWER_FORMAT, NOT_LOCAL, OTHER_CLOCK, GONE -> true;
      case GUARD_BUSY, HOSTILE, NOT_WRITABLE, IO, UNKNOWN_OUTCOME -> false;
    };
  }

  private void endTicket(TicketAgent agent) throws JournalException {
    Ticket ticket = arbiter.table().ticket(agent.id());
    if (ticket == null || !ticket.isHeld()) {
      // The journal knows better than the agent: it may not have been told yet, and a ticket that
      // was ended by force while it waited has been replaced by another one. One that was granted
      // never is.
      lookAround();
      ticket = arbiter.table().ticket(agent.id());
    }
    if (ticket == null) {
      withdrawn(agent);
      return;
    }
    Turn turn = transact(List.of(new Command.End(ticket.number(), reason(agent, ticket))));
    Ticket other = arbiter.table().ticket(agent.id());
    if (other != null && other.number() != ticket.number()) {
      // A stalled broker has asked for it anew after the lease had lapsed.
      news.settle(List.of(), turn);
      turn = transact(List.of(new Command.End(other.number(), reason(agent, other))));
    }
    if (turn.outcomes().get(0) instanceof Outcome.Refused) {
      teller.note(() -> agent.onWorkerAlive(transport));
    } else {
      withdrawn(agent);
    }
    news.settle(List.of(), turn);
  }

  private static EndReason reason(TicketAgent agent, Ticket ticket) {
    if (!ticket.isHeld()) {
      return EndReason.CANCELLED;
    }
    return agent.isEndedByViolence() ? EndReason.DIED : EndReason.RELEASED;
  }

  private void withdrawn(TicketAgent agent) {
    forget(agent);
    // No lambda: this is on the way of a command that is short.
    teller.note(
        new Runnable() {
          @Override
          public void run() {
            agent.onWithdrawn(transport);
          }
        });
  }

  /** Prolongs the lease, whoever serves it otherwise; a busy guard is waited for. */
  void refresh(TicketAgent agent) {
    long giveUpNanos = engine.nanoTime() + Arbiter.GUARD_PATIENCE_NANOS;
    boolean again = true;
    while (again) {
      lock.lock();
      try {
        refreshAll(List.of(agent));
        again = false;
      } catch (JournalException e) {
        again = e.fault() == Fault.GUARD_BUSY && engine.nanoTime() - giveUpNanos < 0;
        if (!again) {
          giveUpThoseTooLate(List.of(agent));
        }
      } finally {
        lock.unlock();
      }
    }
    teller.tell();
  }

  private void refreshAll(List<TicketAgent> due) throws JournalException {
    List<Command> commands = new ArrayList<>();
    for (TicketAgent agent : due) {
      commands.add(new Command.Refresh(agent.ticket(), agent.token()));
    }
    Turn turn = transact(commands);
    for (int i = 0; i < due.size(); i++) {
      believe(due.get(i), turn.outcomes().get(i));
    }
    news.settle(due, turn);
  }

  /** Told at once, because the holder may be waiting for it before its next effect. */
  private static void believe(TicketAgent agent, Outcome outcome) {
    if (outcome instanceof Outcome.Held held) {
      agent.onRefreshed(held.ticket().requireHold().untilNanos());
    }
  }

  /** Nobody could be asked up to the last moment: whoever holds must not believe any longer. */
  private void giveUpThoseTooLate(Collection<TicketAgent> leases) {
    long now = engine.nanoTime();
    for (TicketAgent agent : leases) {
      if (agent.isDueForRefresh(now) && !agent.believes(now)) {
        teller.note(() -> agent.onVanished(transport, LossCause.UNCONFIRMED));
      }
    }
  }

  /** One look at the journal; how long until the next one, or for ever if nobody needs it. */
  long tick() {
    if (agents.isEmpty()) {
      return Long.MAX_VALUE;
    }
    if (!tryLock()) {
      return DirectPace.FAST_NANOS;
    }
    long nextNanos;
    try {
      agents.values().removeIf(this::isLeftOver);
      try {
        noteTrouble(!work());
      } catch (JournalException e) {
        noteTrouble(true);
        bear(e);
      }
      nextNanos = DirectPace.next(agents.values(), nextInLine(), inTrouble);
    } finally {
      lock.unlock();
    }
    teller.tell();
    return nextNanos;
  }

  /** Somebody says that he has granted something to this client; on the thread for that. */
  void rung() {
    lock.lock();
    try {
      lookAround();
      tellThoseElsewhere();
    } catch (JournalException e) {
      // The next tick meets it, too, and knows what to do.
    } finally {
      lock.unlock();
    }
    teller.tell();
  }

  /** A broker serves them, but what the journal shows is true for everybody. */
  private void tellThoseElsewhere() {
    for (TicketAgent agent : engine.agents()) {
      if (agent.isWaiting()
          && !agent.isServedBy(transport)
          && agent.lockable().journalDirectory().equals(place)) {
        Ticket ticket = arbiter.table().ticket(agent.id());
        if (ticket != null && ticket.isHeld()) {
          news.holds(agent, ticket);
        }
      }
    }
  }

  /** The tickets whose turn may come soon. */
  private Set<Long> nextInLine() {
    int most = bell.hangs() ? 1 : DirectPace.NEAR;
    Set<Long> near = new HashSet<>();
    for (Ticket waiter : arbiter.table().waiting()) {
      if (near.size() == most) {
        break;
      }
      near.add(waiter.number());
    }
    return near;
  }

  private boolean isLeftOver(TicketAgent agent) {
    return !agent.isWantedFrom(transport) && !agent.isLeavingFrom(transport);
  }

  /** Others of the client may be busy there; the timer's thread does not wait for them for long. */
  private boolean tryLock() {
    try {
      return lock.tryLock(MOMENT_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What is most urgent comes first. False if something has to be tried again. */
  private boolean work() throws JournalException {
    lookAround();
    List<TicketAgent> due = dueForRefresh();
    if (!due.isEmpty()) {
      refreshAll(due);
    }
    if (!toAsk.isEmpty()) {
      askFor(List.copyOf(toAsk));
    }
    boolean done = true;
    for (TicketAgent agent : agents.values()) {
      Fault fault = agent.isLeavingFrom(transport) ? end(agent) : null;
      done &= fault == null;
      if (fault == Fault.GUARD_BUSY) {
        // The next one would meet the same, and take as long to find out.
        return false;
      }
    }
    if (someoneWaits()) {
      // Once its turn may come soon: listeners are few, and other programs need some, too.
      if (isAmongNext(DirectPace.NEAR)) {
        bell.hang(engine.nanoTime());
      }
      if (isTimeToTransact()) {
        news.settle(List.of(), transact(List.of()));
      }
      if (pace.isTimeToRetell(engine.nanoTime())) {
        news.updatePlaces();
      }
      news.tellChanges();
    }
    return done;
  }

  private void noteTrouble(boolean now) {
    if (now && !inTrouble) {
      troubleSinceNanos = engine.nanoTime();
    }
    inTrouble = now;
  }

  private void bear(JournalException trouble) {
    if (engine.nanoTime() - troubleSinceNanos >= PATIENCE_NANOS) {
      giveUpThoseTooLate(agents.values());
    }
    for (TicketAgent agent : agents.values()) {
      if (agent.isLeavingFrom(transport)) {
        endLater(agent, trouble.fault());
      } else if (agent.isWaiting() && isReasonToRefuse(trouble.fault(), agent)) {
        failed(agent, trouble);
      }
    }
  }

  /**
   * Who has a place in the queue keeps it through trouble that may pass. Others are told (T1): at
   * once, or when it has been borne for as long as a first asking bears it.
   */
  private boolean isReasonToRefuse(Fault fault, TicketAgent agent) {
    boolean mayPassSoon = fault == Fault.GUARD_BUSY || fault == Fault.UNKNOWN_OUTCOME;
    // Not its age alone: it may have come from a broker that left it unanswered for long.
    long bornNanos = Math.min(agent.ageNanos(), engine.nanoTime() - troubleSinceNanos);
    boolean bornLongEnough = bornNanos > Arbiter.GUARD_PATIENCE_NANOS;
    return isHopeless(fault) || (!agent.isEstablished() && (!mayPassSoon || bornLongEnough));
  }

  private List<TicketAgent> dueForRefresh() {
    long now = engine.nanoTime();
    List<TicketAgent> due = new ArrayList<>();
    for (TicketAgent agent : agents.values()) {
      // A lease that was brought along from a broker is asked for first.
      if (agent.isDueForRefresh(now)) {
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
    if (pace.isTimeToProbe(isAmongNext(1), now)) {
      stuck = arbiter.isStuckBehindGone(this);
      pace.probed(now, engine.nanoTime());
    }
    return pace.isTimeToTransact(stuck, now);
  }

  /** Whether one of so many first ones in the queue is of this client. */
  private boolean isAmongNext(int most) {
    int seen = 0;
    for (Ticket waiter : arbiter.table().waiting()) {
      if (seen++ == most) {
        break;
      }
      if (agents.containsKey(waiter.request())) {
        return true;
      }
    }
    return false;
  }

  /**
   * The ticket as the journal shows it now, for a lease inherited from an ancestor; null if gone.
   */
  @Nullable Ticket peek(long number) throws JournalException {
    Ticket ticket;
    lock.lock();
    try {
      lookAround();
      ticket = arbiter.table().ticket(number);
    } finally {
      lock.unlock();
    }
    teller.tell();
    return ticket;
  }

  /** Every look may bring news, which are told to whomever they concern. */
  private void lookAround() throws JournalException {
    Turn seen = arbiter.look();
    if (seen != null) {
      news.settle(List.of(), seen);
    }
  }

  /** Registers a worker; false if the lease has ended. */
  boolean register(RunFolder folder, ProcessIdentity worker, long session) throws JournalException {
    lock.lock();
    try {
      return arbiter.register(folder, worker, session);
    } finally {
      lock.unlock();
    }
  }
}
