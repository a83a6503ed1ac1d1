package dev.lockbroker.broker;

import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.proto.v1.BrokerMessage;
import dev.lockbroker.proto.v1.Queued;

/**
 * One request that a session has at a repository: what was asked, and what was told. Confined to
 * the repository's mailbox. What is true stands in the journal; this only remembers for whom to
 * look.
 */
final class Seat {
  private final String requestId;
  private Session session;
  private Command.Request command;
  private long ticket;
  private long watched;
  private boolean granted;
  private long deadlineNanos;
  private boolean hasDeadline;
  private String lastPlace = "";

  Seat(Session session, Command.Request command) {
    this.requestId = command.id().hex();
    this.session = session;
    this.command = command;
  }

  /** The same request comes again, perhaps on another stream. */
  void takenBy(Session newSession, Command.Request newCommand) {
    session = newSession;
    command = newCommand;
    lastPlace = "";
  }

  void waitUntil(long nanos) {
    deadlineNanos = nanos;
    hasDeadline = true;
  }

  void waitForEver() {
    hasDeadline = false;
  }

  /** Whether it still waits, and exactly until then. */
  boolean waitsUntil(long nanos) {
    return hasDeadline && !granted && deadlineNanos == nanos;
  }

  String requestId() {
    return requestId;
  }

  Session session() {
    return session;
  }

  Command.Request command() {
    return command;
  }

  /** Its ticket's number; 0 as long as none is known. */
  long ticket() {
    return ticket;
  }

  /** Whether the client was told that it holds. */
  boolean isGranted() {
    return granted;
  }

  /** Whether this ticket of it is not watched yet for a cycle of waiting; notes that it is now. */
  boolean isFirstWatchOf(long number) {
    boolean first = watched != number;
    watched = number;
    return first;
  }

  /** Whether it still waits, with that ticket. */
  boolean waitsWith(long number) {
    return !granted && ticket == number;
  }

  /** Notes its ticket; see {@link Seats#bind}. */
  void bind(long number) {
    ticket = number;
  }

  /** Its ticket is gone and it never held: it is asked for again, under the same id. */
  void askAnew() {
    Command.Request old = command;
    ticket = 0;
    lastPlace = "";
    command =
        new Command.Request(
            old.id(),
            old.claims(),
            old.client(),
            old.ttlMillis(),
            old.kind(),
            old.label(),
            false,
            false,
            old.inside());
  }

  void tellGranted(Ticket lease) {
    granted = true;
    session.tell(requestId, Answers.granted(lease));
  }

  /** Tells its place in the queue unless the client knows it. */
  void tellPlace(Queued.Builder place, String signature) {
    if (!signature.equals(lastPlace)) {
      lastPlace = signature;
      Queued queued = place.setRequestId(requestId).setTicket(ticket).build();
      session.tellPlace(requestId, BrokerMessage.newBuilder().setQueued(queued).build());
    }
  }

  void tell(BrokerMessage message) {
    session.tell(requestId, message);
  }
}
