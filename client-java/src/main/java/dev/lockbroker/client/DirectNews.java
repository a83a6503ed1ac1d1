package dev.lockbroker.client;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.QueueOrder;
import dev.lockbroker.core.journal.Turn;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Refusal;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a turn of the arbiter means for the requests served on its journal. Guarded by the lock of
 * its {@link DirectJournal}; notes words for the agents, tells none.
 */
final class DirectNews {
  /** So many tickets of former agents may be remembered; then they are looked for. */
  private static final int MOST_LEFT_OVER = 16;

  /** Changes that follow each other faster are told together: nobody reads faster. */
  private static final long PAUSE_NANOS = 20_000_000;

  /** So many of this client's waiting requests, those in front, are told of every change. */
  private static final int FIRST = 8;

  /** So many of the others are told at a time, until all have been. */
  private static final int OTHERS = 16;

  private final Engine engine;
  private final Transport transport;
  private final Arbiter arbiter;
  private final Map<RequestId, TicketAgent> agents;
  private final Teller teller;
  private final TreeMap<Long, TicketAgent> byTicket = new TreeMap<>();
  private boolean hasSeenJournal;

  /** Made when the first request waits: most never do. */
  private @Nullable QueueOrder order;

  /** What is seen of the holders in this turn. */
  private @Nullable HolderViews views;

  /** Whether there is anything that the round of telling has not begun with. */
  private boolean changed;

  private long toldNanos;

  /** How far the round has come; 0 between two. */
  private long lastOther;

  DirectNews(
      Engine engine,
      Transport transport,
      Arbiter arbiter,
      Map<RequestId, TicketAgent> agents,
      Teller teller) {
    this.engine = engine;
    this.transport = transport;
    this.arbiter = arbiter;
    this.agents = agents;
    this.teller = teller;
    this.toldNanos = engine.nanoTime() - PAUSE_NANOS;
  }

  /** Takes in a turn: outcomes for those who asked, news for everybody here. */
  void settle(List<TicketAgent> asked, Turn turn) {
    dropLeftOvers();
    views = null;
    if (order != null) {
      order.read(turn, arbiter.table());
    }
    for (int i = 0; i < asked.size(); i++) {
      settle(asked.get(i), turn.outcomes().get(i));
    }
    if (turn.replaced()) {
      // A lease that a broker served may have ended before the journal was first looked at here.
      LossCause cause = hasSeenJournal ? LossCause.DELETED : LossCause.EXPIRED;
      byTicket.clear();
      for (TicketAgent agent : List.copyOf(agents.values())) {
        examine(agent, cause);
      }
    }
    hasSeenJournal = true;
    for (Entry entry : turn.news()) {
      boolean ended = entry instanceof Entry.Ended;
      TicketAgent agent = ended ? byTicket.remove(entry.ticket()) : byTicket.get(entry.ticket());
      if (agent != null && agents.containsKey(agent.id())) {
        take(agent, entry);
      }
    }
    changed |= turn.replaced() || !turn.news().isEmpty();
    tellChanges();
  }

  /** Others serve them now, or they have ended without the journal's being looked at since. */
  private void dropLeftOvers() {
    if (byTicket.size() > 2 * agents.size() + MOST_LEFT_OVER) {
      byTicket.values().removeIf(agent -> !agents.containsKey(agent.id()));
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

  private void examine(TicketAgent agent, LossCause cause) {
    Ticket ticket = arbiter.table().ticket(agent.id());
    if (ticket == null) {
      if (agent.isEstablished()) {
        vanished(agent, cause);
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

  /** Notes that the journal shows its ticket as held. */
  void holds(TicketAgent agent, Ticket ticket) {
    byTicket.put(ticket.number(), agent);
    Ticket.Hold hold = ticket.requireHold();
    // No lambda: this is on the way of a command that is short.
    teller.note(
        new Runnable() {
          @Override
          public void run() {
            agent.onGranted(transport, ticket.number(), hold.token(), hold.untilNanos());
          }
        });
  }

  private void waits(TicketAgent agent, Ticket ticket) {
    byTicket.put(ticket.number(), agent);
    tellPlace(agent, ticket);
  }

  private void tellPlace(TicketAgent agent, Ticket ticket) {
    QueueUpdate update = views().placeOf(ticket, order());
    teller.note(() -> agent.onQueued(transport, ticket.number(), update));
  }

  private void vanished(TicketAgent agent, LossCause cause) {
    byTicket.values().remove(agent);
    teller.note(() -> agent.onVanished(transport, cause));
  }

  private void refuse(TicketAgent agent, Refusal reason) {
    switch (reason) {
      case LOST, UNKNOWN_TICKET, WRONG_TOKEN -> vanished(agent, LossCause.EXPIRED);
      case BUSY -> {
        List<HolderView> holders = views().inTheWayOf(agent.claims());
        teller.note(() -> agent.onRefused(transport, Refusals.busy(agent, holders)));
      }
      case QUEUE_FULL -> teller.note(() -> agent.onRefused(transport, Refusals.queueFull(agent)));
      case DIFFERENT_REQUEST, WORKER_ALIVE ->
          teller.note(() -> agent.onRefused(transport, Refusals.differentRequest(agent)));
    }
  }

  /** Tells of changes that have not been told yet, unless others have been just now. */
  void tellChanges() {
    boolean due = changed || lastOther != 0;
    if (due && engine.nanoTime() - toldNanos >= PAUSE_NANOS) {
      updatePlaces();
    }
  }

  /**
   * Tells those who want to know where they stand and who holds, those in front and some of the
   * others; what they know is no news.
   */
  void updatePlaces() {
    changed &= lastOther != 0;
    toldNanos = engine.nanoTime();
    views = null;
    int told = 0;
    for (TicketAgent agent : byTicket.values()) {
      if (told == FIRST) {
        break;
      }
      told += updatePlace(agent) ? 1 : 0;
    }
    if (told == FIRST) {
      updateOthers();
    } else {
      lastOther = 0;
    }
  }

  private void updateOthers() {
    int looked = 0;
    for (Map.Entry<Long, TicketAgent> entry : byTicket.tailMap(lastOther, false).entrySet()) {
      if (looked++ == OTHERS) {
        return;
      }
      lastOther = entry.getKey();
      boolean unused = updatePlace(entry.getValue());
    }
    lastOther = 0;
  }

  private boolean updatePlace(TicketAgent agent) {
    Ticket ticket = arbiter.table().ticket(agent.id());
    if (ticket == null
        || ticket.isHeld()
        || !agent.wantsUpdates()
        || !agents.containsKey(agent.id())) {
      return false;
    }
    tellPlace(agent, ticket);
    return true;
  }

  private QueueOrder order() {
    QueueOrder current = order;
    if (current == null) {
      current = new QueueOrder();
      current.restart(arbiter.table());
      order = current;
    }
    return current;
  }

  private HolderViews views() {
    HolderViews current = views;
    if (current == null) {
      current = new HolderViews(arbiter, engine.processes(), engine.nanoTime());
      views = current;
    }
    return current;
  }
}
