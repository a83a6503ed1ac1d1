package dev.lockbroker.cli;

import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LeaseGroup;
import dev.lockbroker.client.LossCause;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code run} says on stderr: text, one JSON object a line, or nothing. */
final class RunEvents {
  private final List<WaitingText> texts;
  private final boolean quiet;
  private final boolean json;

  /**
   * The events of one run.
   *
   * @param texts one for each request
   */
  RunEvents(List<WaitingText> texts, boolean quiet, boolean json) {
    this.texts = texts;
    this.quiet = quiet;
    this.json = json;
  }

  /** The listener for one of the requests; null where nobody wants to know. */
  @Nullable WaitReporter waiting(int request) {
    if (quiet) {
      return null;
    }
    WaitingText text = texts.get(request);
    return json
        ? new WaitReporter(text::json, Console::sayRaw)
        : new WaitReporter(text::line, Console::say);
  }

  /** One event for each lease. */
  void acquired(LeaseGroup group, long waitedMillis) {
    for (Lease lease : json ? group.leases() : List.<Lease>of()) {
      Json event = event("acquired", lease).put("waitedMillis", waitedMillis);
      Console.sayRaw(event.put("inherited", lease.isInherited()).end().toString());
    }
  }

  /** One event for each lease. */
  void released(LeaseGroup group, int exit) {
    for (Lease lease : json ? group.leases() : List.<Lease>of()) {
      Console.sayRaw(event("released", lease).put("exit", exit).end().toString());
    }
  }

  /** Said even when quiet: the command is about to be ended. */
  void lost(Lease lease, LossCause cause, long pid) {
    if (json) {
      Json event =
          event("lost", lease).put("cause", cause.name().toLowerCase(java.util.Locale.ROOT));
      Console.sayRaw(event.put("pid", pid).end().toString());
      return;
    }
    Console.say(
        "the lock on "
            + target(lease)
            + " was lost ("
            + reason(cause)
            + "); SIGTERM is sent to the command (pid "
            + pid
            + "), whose work may be incomplete");
  }

  /** The command has ended but its lease could not be given back. */
  void releaseFailed(RuntimeException trouble) {
    if (!quiet) {
      Console.say(
          "the command has ended, but its lock could not be given back now ("
              + trouble.getMessage()
              + "); it ends by itself with this process");
    }
  }

  static String reason(LossCause cause) {
    return switch (cause) {
      case EXPIRED -> "its time ran out before it was refreshed";
      case FORCED -> "somebody ended it with 'lockctl force-release'";
      case DELETED -> "the repository's lockbroker folder was deleted or reset";
      case UNCONFIRMED -> "it could not be confirmed any more";
    };
  }

  /** What of the repository is locked; all of it where the texts know no better. */
  private String target(Lease lease) {
    for (WaitingText text : texts) {
      if (text.repository().equals(lease.repository())) {
        return text.target();
      }
    }
    return Shown.path(lease.repository());
  }

  private static Json event(String name, Lease lease) {
    Json json = new Json().object().put("event", name);
    json.put("repository", lease.repository().toString());
    return json.put("ticket", lease.ticket()).put("token", lease.token());
  }
}
