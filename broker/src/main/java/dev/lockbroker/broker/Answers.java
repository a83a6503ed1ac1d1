package dev.lockbroker.broker;

import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.proto.v1.BrokerMessage;
import dev.lockbroker.proto.v1.Granted;
import dev.lockbroker.proto.v1.Holder;
import dev.lockbroker.proto.v1.Lost;
import dev.lockbroker.proto.v1.ProcessAdded;
import dev.lockbroker.proto.v1.Reason;
import dev.lockbroker.proto.v1.Refused;
import dev.lockbroker.proto.v1.Released;
import java.util.List;

/** The messages to a client. */
final class Answers {
  private Answers() {}

  static BrokerMessage granted(Ticket ticket) {
    Ticket.Hold hold = ticket.requireHold();
    return BrokerMessage.newBuilder()
        .setGranted(
            Granted.newBuilder()
                .setRequestId(ticket.request().hex())
                .setTicket(ticket.number())
                .setToken(hold.token())
                .setUntilNanos(hold.untilNanos())
                .setTtlMillis(ticket.ttlMillis()))
        .build();
  }

  static BrokerMessage released(String requestId, long ticket) {
    return BrokerMessage.newBuilder()
        .setReleased(Released.newBuilder().setRequestId(requestId).setTicket(ticket))
        .build();
  }

  static BrokerMessage lost(String requestId, long ticket, String cause) {
    return BrokerMessage.newBuilder()
        .setLost(Lost.newBuilder().setRequestId(requestId).setTicket(ticket).setCause(cause))
        .build();
  }

  static BrokerMessage processAdded(String requestId) {
    return BrokerMessage.newBuilder()
        .setProcessAdded(ProcessAdded.newBuilder().setRequestId(requestId))
        .build();
  }

  static BrokerMessage refused(String requestId, Reason reason, String sentence) {
    return refused(requestId, reason, sentence, List.of());
  }

  static BrokerMessage refused(
      String requestId, Reason reason, String sentence, List<Holder> holders) {
    return BrokerMessage.newBuilder()
        .setRefused(
            Refused.newBuilder()
                .setRequestId(requestId)
                .setReason(reason)
                .setSentence(sentence)
                .addAllHolders(holders))
        .build();
  }
}
