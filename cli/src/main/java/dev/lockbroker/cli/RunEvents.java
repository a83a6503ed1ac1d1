package dev.lockbroker.cli;

import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LeaseGroup;
import dev.lockbroker.client.LossCause;
import dev.lockbroker.core.git.Incident;
import dev.lockbroker.core.git.Incidents;
import dev.lockbroker.core.git.IndexLock;
import dev.lockbroker.core.process.ProcessSight;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Claims;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
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
    return new WaitReporter(texts.get(request), json);
  }

  /** What dead leases left that concern this one; each is told once, to one. */
  void leftovers(Lockable place, Claims claims) {
    if (quiet || place.kind() != Lockable.Kind.GIT) {
      return;
    }
    Path journal = place.journalDirectory();
    for (Incident incident : new Incidents(journal).takeUntold(claims)) {
      if (json) {
        Json event = new Json().object().put("event", "leftovers");
        Console.sayRaw(LeftoverText.members(event, incident, journal).end().toString());
      } else {
        LeftoverText.lines(incident, journal).forEach(Console::say);
      }
    }
  }

  /** Somebody outside has the index locked. */
  void gitLock(Path file, IndexLock.View view, String line) {
    if (quiet) {
      return;
    }
    if (!json) {
      Console.say(line);
      return;
    }
    Json event = new Json().object().put("event", "git-lock").put("file", file.toString());
    event.put("ageMillis", view.ageMillis()).array("suspects");
    for (ProcessSight suspect : view.suspects()) {
      event.object().put("pid", suspect.pid()).put("command", suspect.shown()).end();
    }
    Console.sayRaw(event.end().end().toString());
  }

  /** The command was killed, but not what it had started. */
  void keptByDescendants(Lease lease) {
    if (json) {
      Console.sayRaw(event("kept", lease).end().toString());
    } else if (!quiet) {
      Console.say(
          "the command was killed, but what it started still runs and keeps the lock on "
              + target(lease)
              + "; waiting for its end ('lockctl status' names it, Ctrl-C leaves it alone)");
    }
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

  /** Said even when quiet: the command is about to be ended, or runs without its lock. */
  void lost(Lease lease, LossCause cause, long pid, OnLost policy) {
    if (json) {
      Json event =
          event("lost", lease).put("cause", cause.name().toLowerCase(java.util.Locale.ROOT));
      event.put("pid", pid).put("policy", policy.name().toLowerCase(java.util.Locale.ROOT));
      Console.sayRaw(event.end().toString());
      return;
    }
    String what =
        policy == OnLost.WARN
            ? "the command (pid " + pid + ") goes on without it, beside whoever has it now"
            : "SIGTERM is sent to the command (pid "
                + pid
                + ") and what it started, SIGKILL "
                + Durations.show(CommandEnder.GRACE_MILLIS)
                + " later; its work may be incomplete";
    Console.say("the lock on " + target(lease) + " was lost (" + reason(cause) + "); " + what);
  }

  /** SIGTERM was not enough. */
  void killed(List<Long> pids) {
    if (json) {
      Json event = new Json().object().put("event", "killed").array("pids");
      pids.forEach(event::add);
      Console.sayRaw(event.end().end().toString());
      return;
    }
    Console.say(
        "SIGTERM did not end all of it within "
            + Durations.show(CommandEnder.GRACE_MILLIS)
            + "; SIGKILL was sent to pid "
            + pids.stream().map(String::valueOf).collect(Collectors.joining(", ")));
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
