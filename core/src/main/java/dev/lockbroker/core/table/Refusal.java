package dev.lockbroker.core.table;

/** Why a command changed nothing. */
public enum Refusal {
  /** It was to be granted at once or not at all, and something conflicting is held or waits. */
  BUSY,
  /** The ticket was held and is no more. */
  LOST,
  /** No ticket has that number. */
  UNKNOWN_TICKET,
  /** The ticket has another fencing token, or none yet: the caller looked at an older state. */
  WRONG_TOKEN,
  /** The request id is in use for other claims. */
  DIFFERENT_REQUEST,
  /** The queue is at its limit. */
  QUEUE_FULL,
  /** A process registered for the lease still lives, so it cannot be released yet. */
  WORKER_ALIVE
}
