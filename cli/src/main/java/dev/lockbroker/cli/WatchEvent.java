package dev.lockbroker.cli;

import dev.lockbroker.core.git.NativeLocks;
import dev.lockbroker.core.journal.TicketView;
import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.process.ProcessSight;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.Ticket;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that has happened.
 *
 * @param name from the list in {@link WatchCommand}'s help
 * @param atMillis when, since 1970; of an end, when it was seen
 * @param ticket whose it is, as it was last seen; null if nobody's
 * @param millis of a grant, how long it has waited; of a lease, how long it was held; of a git
 *     lock, its age
 * @param lock of git's, or null
 * @param text what else there is to say, or empty
 */
record WatchEvent(
    String name,
    long atMillis,
    @Nullable TicketView ticket,
    long millis,
    NativeLocks.@Nullable View lock,
    String text) {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

  static WatchEvent of(String name, long atMillis, TicketView ticket, long millis) {
    return new WatchEvent(name, atMillis, ticket, millis, null, "");
  }

  static WatchEvent of(String name, NativeLocks.View lock) {
    return new WatchEvent(
        name, System.currentTimeMillis(), null, lock.ageMillis(), lock, lock.file().toString());
  }

  static WatchEvent of(String name, String text) {
    return new WatchEvent(name, System.currentTimeMillis(), null, 0, null, text);
  }

  /** {@code 14:03:12.345 granted ticket 12, pid 4711 'git commit' (claude-42), waited 1 s}. */
  String line() {
    StringBuilder out = new StringBuilder(CLOCK.format(Instant.ofEpochMilli(atMillis)));
    out.append("  ").append(name).append(" ".repeat(Math.max(1, 14 - name.length())));
    if (ticket != null) {
      ticket(out, ticket);
    } else {
      out.append(Printable.text(text));
    }
    if (lock != null) {
      boolean isNew = name.equals("git-lock");
      out.append(isNew ? ", made " : ", after ").append(Durations.show(millis));
      out.append(isNew ? " ago by " : "");
      out.append(isNew ? owner(lock) : "");
    }
    return out.toString();
  }

  private static String owner(NativeLocks.View lock) {
    return lock.suspects().isEmpty()
        ? "nobody who is to be seen"
        : NextStep.named(lock.suspects().get(0));
  }

  private void ticket(StringBuilder out, TicketView view) {
    Ticket shown = view.ticket();
    out.append("ticket ").append(shown.number()).append(", pid ").append(view.pid());
    String command = Shown.command(view.command());
    String label = Printable.text(shown.label());
    if (!command.isEmpty()) {
      out.append(" '").append(command).append('\'');
    }
    if (!label.isEmpty() && !command.startsWith(label)) {
      out.append(" (").append(label).append(')');
    }
    for (Claim claim : shown.claims().list()) {
      String part = Shown.scope(claim.scope());
      out.append(part.isEmpty() ? "" : ", " + part);
      out.append(claim.mode() == LockMode.SHARED ? ", shared" : "");
    }
    if (name.equals("granted")) {
      out.append(", waited ").append(Durations.show(millis));
    } else if (!name.equals("waits")) {
      out.append(shown.isHeld() ? ", held " : ", waited ").append(Durations.show(millis));
    }
    out.append(text.isEmpty() ? "" : "; " + Printable.text(text));
  }

  String json(Path repository) {
    Json json = new Json().object().put("event", name);
    json.put("at", Instant.ofEpochMilli(atMillis).toString()).put("atMillis", atMillis);
    json.put("repository", repository.toString());
    if (ticket != null) {
      Ticket shown = ticket.ticket();
      Ticket.Hold hold = shown.hold();
      json.put("ticket", shown.number()).put("token", hold == null ? 0 : hold.token());
      json.put("pid", ticket.pid()).put("command", ticket.command());
      json.put("label", shown.label()).array("claims");
      for (Claim claim : shown.claims().list()) {
        json.object().put("mode", claim.mode().name().toLowerCase(Locale.ROOT));
        json.put("scope", claim.scope().path()).end();
      }
      json.end()
          .put(name.equals("granted") || hold == null ? "waitedMillis" : "heldMillis", millis);
    }
    if (lock != null) {
      json.put("file", lock.file().toString()).put("ageMillis", millis).array("suspects");
      for (ProcessSight suspect : lock.suspects()) {
        json.object().put("pid", suspect.pid()).put("command", suspect.shown()).end();
      }
      json.end();
    } else if (ticket == null) {
      json.put("text", text);
    }
    return json.end().toString();
  }
}
