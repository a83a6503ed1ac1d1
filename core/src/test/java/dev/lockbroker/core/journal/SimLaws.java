package dev.lockbroker.core.journal;

import java.util.ArrayList;
import java.util.List;

/** The laws about what clients believe, checked after each step. */
final class SimLaws {
  private final SimWorld world;

  SimLaws(SimWorld world) {
    this.world = world;
  }

  /** Somebody who acts as if a ticket were his. */
  private record Belief(long ticket, String claims, SimProcess who) {}

  void check() {
    List<Belief> beliefs = new ArrayList<>();
    for (SimActor actor : world.actors) {
      if (actor instanceof SimClient client && client.believes()) {
        checkHolds(client);
        beliefs.add(new Belief(client.ticket(), client.claims, client.process));
      } else if (actor instanceof SimWorker worker && worker.executes() && !worker.isHeir()) {
        checkHolds(worker);
        beliefs.add(new Belief(worker.ticket(), worker.claims(), worker.process));
      }
    }
    for (int i = 0; i < beliefs.size(); i++) {
      for (int j = 0; j < i; j++) {
        checkPair(beliefs.get(i), beliefs.get(j));
      }
    }
  }

  private void checkPair(Belief one, Belief other) {
    world.oracle.law(
        !SimTicket.conflict(one.claims, other.claims)
            || world.oracle.isExcused(one.ticket)
            || world.oracle.isExcused(other.ticket),
        SimLaw.I1_BELIEFS_DO_NOT_OVERLAP,
        () -> one + " and " + other);
  }

  private void checkHolds(SimClient client) {
    if (world.oracle.isExcused(client.ticket())) {
      world.oracle.law(
          world.oracle.wasWritten(client.ticket(), client.token(), client.until()),
          SimLaw.I4_WHO_BELIEVES_HOLDS,
          () -> client.process + " believes in " + client.ticket() + ", of a journal that is gone");
      return;
    }
    SimTicket ticket = world.oracle.tickets().get(client.ticket());
    world.oracle.law(
        ticket != null
            && ticket.held
            && ticket.token == client.token()
            && ticket.until >= client.until(),
        SimLaw.I4_WHO_BELIEVES_HOLDS,
        () ->
            client.process
                + " believes in "
                + client.ticket()
                + " until "
                + client.until()
                + "; in the journal: "
                + ticket);
  }

  private void checkHolds(SimWorker worker) {
    SimTicket ticket = world.oracle.tickets().get(worker.ticket());
    world.oracle.law(
        world.oracle.isExcused(worker.ticket()) || (ticket != null && ticket.held),
        SimLaw.I4_WHO_BELIEVES_HOLDS,
        () -> worker.process + " executes under " + worker.ticket() + ": " + ticket);
  }

  /** I3: nobody who came later is served before somebody who has wanted it all the time. */
  void checkOrder(SimTicket granted) {
    for (SimActor actor : world.actors) {
      if (actor instanceof SimClient client
          && client != granted.owner
          && client.wants()
          && client.place() != 0
          && client.place() < granted.number
          && !world.oracle.isExcused(client.place())
          && SimTicket.conflict(client.claims, granted.claims)) {
        SimTicket own = world.oracle.tickets().get(client.place());
        world.oracle.law(
            own != null && own.held,
            SimLaw.I3_FIRST_COME_FIRST_SERVED,
            () -> granted + " before " + client.process + ", who came at " + client.place());
      }
    }
  }

  /** After everybody has ended, and one who wanted all has had it. */
  void checkEmpty() {
    for (SimTicket ticket : world.oracle.tickets().values()) {
      world.oracle.law(
          !ticket.held || !world.oracle.tickets().containsKey(ticket.number) || isFrozen(ticket),
          SimLaw.I5_EVERY_WAITER_IS_SERVED,
          () -> "left over: " + ticket);
    }
  }

  private static boolean isFrozen(SimTicket ticket) {
    return ticket.owner.process.state == SimProcess.State.STOPPED;
  }

  String whoIsLeft() {
    StringBuilder out = new StringBuilder("not served:");
    for (SimActor actor : world.actors) {
      if (actor.canRun() && !actor.isDone()) {
        out.append(' ').append(actor.process);
        if (actor instanceof SimClient client) {
          out.append(' ').append(client.state).append(' ').append(client.claims);
        }
      }
    }
    return out.toString();
  }
}
