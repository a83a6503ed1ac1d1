package dev.lockbroker.cli;

import dev.lockbroker.client.HolderView;
import dev.lockbroker.client.QueueUpdate;
import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Scope;
import java.nio.file.Path;

/** The waiting line, as text and as JSON. */
final class WaitingText {
  private final Lockable place;
  private final Scope scope;

  WaitingText(Lockable place, Scope scope) {
    this.place = place;
    this.scope = scope;
  }

  /** Where the waits of the repository are noted. */
  Path journalDirectory() {
    return place.journalDirectory();
  }

  /** What a person calls the repository. */
  Path repository() {
    return place.shown();
  }

  /** {@code /repo (worktree main)}. */
  String target() {
    String part = Shown.scope(scope);
    String repository = Shown.path(place.shown());
    return part.isEmpty() ? repository : repository + " (" + part + ")";
  }

  /**
   * {@code waiting for /repo (worktree main): held 12 s by pid 4711 'git rebase main' (claude-42);
   * you are 2nd of 3}.
   *
   * @param ageMillis how old the update is
   */
  String line(QueueUpdate update, long ageMillis) {
    StringBuilder out = new StringBuilder("waiting for ").append(target()).append(": ");
    if (!update.holders().isEmpty()) {
      holder(out, update.holders().get(0), ageMillis);
      int others = update.holders().size() - 1;
      if (others > 0) {
        out.append(" and ").append(Shown.count(others, "other"));
      }
      out.append("; ");
    }
    return out.append("you are ")
        .append(Shown.ordinal(update.position()))
        .append(" of ")
        .append(update.waiters())
        .toString();
  }

  /** The line, and how long it may still take: {@code …; you are 2nd of 3, about 8 s to go}. */
  String line(QueueUpdate update, long ageMillis, Estimate estimate) {
    long leftMillis = estimate.leftMillis(update, ageMillis);
    String line = line(update, ageMillis);
    return leftMillis == Estimate.UNKNOWN
        ? line
        : line + ", about " + Durations.show(Math.max(leftMillis, 1_000)) + " to go";
  }

  private static void holder(StringBuilder out, HolderView holder, long ageMillis) {
    out.append("held ").append(Durations.show(holder.held().toMillis() + ageMillis));
    // Whoever started it is gone: it is this process that is waited for.
    out.append(holder.state().equals("orphaned") ? " by orphaned pid " : " by pid ");
    out.append(holder.pid());
    if (!holder.command().isEmpty()) {
      out.append(" '").append(Shown.command(holder.command())).append('\'');
    }
    // The default label is how the command line begins: no news.
    if (!holder.label().isEmpty() && !holder.command().startsWith(holder.label())) {
      out.append(" (").append(Printable.text(holder.label())).append(')');
    }
    if (holder.state().equals("stopped")) {
      out.append(", stopped");
    }
  }

  String json(QueueUpdate update, long ageMillis) {
    Json json = new Json().object().put("event", "waiting");
    json.put("repository", place.shown().toString()).put("scope", scope.path());
    json.put("position", update.position()).put("waiters", update.waiters()).array("holders");
    for (HolderView holder : update.holders()) {
      json.object()
          .put("ticket", holder.ticket())
          .put("token", holder.token())
          .put("pid", holder.pid())
          .put("label", holder.label())
          .put("command", holder.command())
          .put("state", holder.state())
          .put("heldMillis", holder.held().toMillis() + ageMillis)
          .put("claims", holder.claims())
          .end();
    }
    return json.end().end().toString();
  }
}
