package dev.lockbroker.client;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.Turn;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Refusal;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a turn of the arbiter means for the requests served on its journal. Guarded by the lock of
 * its {@link DirectJournal}; notes words for the agents, tells none.
 */
final class DirectNews {
  /** So many tickets of former agents may be remembered; then they are looked for. */
  private static final int MOST_LEFT_OVER = 16;

  private final Engine engine;
  private final Transport transport;
  private final Arbiter arbiter;
  private final Map<RequestId, TicketAgent> agents;
  private final Teller teller;
  private final Map<Long, TicketAgent> byTicket = new HashMap<>();
  private boolean hasSeenJournal;

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
  }

  /** Takes in a turn: outcomes for those who asked, news for everybody here. */
  void settle(List<TicketAgent> asked, Turn turn) {
    dropLeftOvers();
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
    if (turn.replaced() || !turn.news().isEmpty()) {
      updatePlaces();
    }
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

  private void holds(TicketAgent agent, Ticket ticket) {
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
    QueueUpdate update = views().placeOf(ticket);
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

  /** Tells those who want to know where they stand and who holds; what they know is no news. */
  void updatePlaces() {
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
}
