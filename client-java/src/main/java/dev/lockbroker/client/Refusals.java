package dev.lockbroker.client;

import java.util.List;

/** The sentences for requests that are not carried out. */
final class Refusals {
  private Refusals() {}

  static LockException busy(TicketAgent agent, List<HolderView> holders) {
    String who =
        holders.isEmpty()
            ? "others wait for it"
            : "held by pid " + holders.get(0).pid() + labelled(holders.get(0));
    return new LockTimeoutException(
        agent.lockable().shown() + " is not free: " + who + "; wait for it, or try again later",
        holders);
  }

  private static String labelled(HolderView holder) {
    return holder.label().isEmpty() ? "" : " (" + holder.label() + ")";
  }

  static LockException queueFull(TicketAgent agent) {
    return new UnavailableException(
        UnavailableException.Cause.QUEUE_FULL,
        "the queue for " + agent.lockable().shown() + " is full; try again later",
        null);
  }

  static LockException differentRequest(TicketAgent agent) {
    return new InvalidRequestException(
        "request " + agent.id() + " is in use for other claims; use another client", null);
  }

  static WorkerAliveException workerAlive(TicketAgent agent) {
    return new WorkerAliveException(
        "the lease on "
            + agent.lockable().shown()
            + " (ticket "
            + agent.ticket()
            + ") cannot be released: a process registered for it still lives; end it first");
  }

  static LockException forcedOut(TicketAgent agent) {
    return new LeaseLostException(
        "the request for "
            + agent.lockable().shown()
            + " (ticket "
            + agent.ticket()
            + ") was ended by force while it waited; ask again if it is still wanted");
  }

  static LockException lost(TicketAgent agent) {
    return new LeaseLostException(
        "the lease on "
            + agent.lockable().shown()
            + " (ticket "
            + agent.ticket()
            + ") is lost: "
            + reason(agent.lossCause())
            + "; stop, and check what was done without it");
  }

  private static String reason(@org.jspecify.annotations.Nullable LossCause cause) {
    if (cause == null) {
      return "it was given back, ended by force, or its time is over";
    }
    return switch (cause) {
      case EXPIRED -> "its time ran out";
      case FORCED -> "it was ended by force";
      case DELETED -> "the lock journal was deleted";
      case UNCONFIRMED -> "its time ran out and nobody could be asked to prolong it";
    };
  }
}
