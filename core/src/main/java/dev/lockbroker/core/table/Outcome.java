package dev.lockbroker.core.table;

/** What became of a {@link Command}, as it stands in the journal after its transaction. */
public sealed interface Outcome {
  /** The ticket stands in the queue. */
  record Waiting(Ticket ticket) implements Outcome {}

  /** The ticket is a lease; its {@code until} is the holder's to believe. */
  record Held(Ticket ticket) implements Outcome {}

  /** There is no such ticket any more. */
  record Ended(long ticket) implements Outcome {}

  /** Nothing was changed. */
  record Refused(Refusal reason) implements Outcome {}
}
