package dev.lockbroker.core.journal;

import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.RequestId;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A client's stream to a broker, with what is under way in either direction. */
final class SimStream {
  /** What is said. */
  enum Word {
    ACQUIRE,
    HEARTBEAT,
    END,
    END_AFTER_VIOLENCE,
    QUEUED,
    GRANTED,
    ACKNOWLEDGED,
    BUSY,
    LOST,
    FORCED,
    RELEASED,
    WORKER_ALIVE
  }

  /** One message; what does not belong to its word is 0 or null. */
  record Message(
      Word word,
      RequestId request,
      long ticket,
      long token,
      long until,
      Command.@Nullable Request ask) {
    static Message of(Word word, RequestId request, long ticket) {
      return new Message(word, request, ticket, 0, 0, null);
    }
  }

  final SimClient client;
  final SimBroker broker;
  final Deque<Message> toBroker = new ArrayDeque<>();
  final Deque<Message> toClient = new ArrayDeque<>();
  boolean closedByClient;

  SimStream(SimClient client, SimBroker broker) {
    this.client = client;
    this.broker = broker;
  }

  boolean isBrokenForClient() {
    return broker.process.isDead();
  }

  boolean isBrokenForBroker() {
    return closedByClient || client.process.isDead();
  }
}
