package dev.lockbroker.broker;

import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.proto.v1.BrokerMessage;
import dev.lockbroker.proto.v1.HeartbeatAck;
import dev.lockbroker.proto.v1.LeaseRef;
import dev.lockbroker.proto.v1.LeaseState;
import java.util.ArrayList;
import java.util.List;

/** Prolongs the leases of one heartbeat that are in this repository: each once (C5). */
final class HeartbeatErrand extends Errand {
  private final Session session;
  private final List<LeaseRef> leases;
  private final Runnable over;
  private final List<Seat> named = new ArrayList<>();

  HeartbeatErrand(Session session, List<LeaseRef> leases, Runnable over) {
    this.session = session;
    this.leases = leases;
    this.over = over;
  }

  @Override
  List<Command> begin(Repository repository) {
    named.clear();
    List<Command> commands = new ArrayList<>();
    if (session.isGone()) {
      return commands;
    }
    for (LeaseRef lease : leases) {
      Seat seat = repository.seats().of(session, lease.getRequestId());
      if (seat == null || seat.ticket() != lease.getTicket()) {
        String cause = repository.endings().orUnknown(lease.getRequestId());
        session.tell(
            lease.getRequestId(), Answers.lost(lease.getRequestId(), lease.getTicket(), cause));
      } else {
        named.add(seat);
        commands.add(new Command.Refresh(lease.getTicket(), lease.getToken()));
      }
    }
    if (commands.isEmpty()) {
      acknowledge(HeartbeatAck.newBuilder());
    }
    return commands;
  }

  @Override
  void settle(Repository repository, List<Outcome> outcomes) {
    HeartbeatAck.Builder ack = HeartbeatAck.newBuilder();
    for (int i = 0; i < outcomes.size(); i++) {
      Seat seat = named.get(i);
      if (outcomes.get(i) instanceof Outcome.Held held) {
        ack.addLeases(
            LeaseState.newBuilder()
                .setRequestId(seat.requestId())
                .setTicket(seat.ticket())
                .setUntilNanos(held.ticket().requireHold().untilNanos()));
      } else if (repository.seats().ofRequest(seat.requestId()) == seat) {
        String cause = repository.endings().orUnknown(seat.requestId());
        repository.finish(seat, Answers.lost(seat.requestId(), seat.ticket(), cause));
      }
    }
    acknowledge(ack);
  }

  private void acknowledge(HeartbeatAck.Builder ack) {
    session.tell("", BrokerMessage.newBuilder().setHeartbeatAck(ack).build());
  }

  /** An unanswered heartbeat says by itself that something is wrong (C4). */
  @Override
  boolean givesUp(Repository repository, Trouble trouble, long ageNanos) {
    return session.isGone() || trouble.kind() == Trouble.Kind.FATAL;
  }

  @Override
  void over() {
    over.run();
  }
}
