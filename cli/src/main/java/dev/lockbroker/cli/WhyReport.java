package dev.lockbroker.cli;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.Episode;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.TicketView;
import dev.lockbroker.core.journal.WaitHistory;
import dev.lockbroker.core.journal.WaitNote;
import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Ticket;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Who held and who waited in a stretch of time, put together from journal and history. */
final class WhyReport {
  private static final int SCHEMA = 1;
  private static final int MOST_LINES = 50;

  /**
   * A lease in that time.
   *
   * @param toMillis when it had ended at the latest; now, for one that has not
   * @param isExact whether it had that much time; else nobody knows when it ended before that
   * @param command empty where nobody has seen it
   */
  private record Held(
      long ticket,
      long token,
      long pid,
      String label,
      String command,
      String claims,
      long fromMillis,
      long toMillis,
      boolean isHeld,
      boolean isExact) {}

  private final Path repository;
  private final TimeSpan span;
  private final Map<Long, Held> leases = new LinkedHashMap<>();
  private final List<WaitNote> waits = new ArrayList<>();

  private WhyReport(Path repository, TimeSpan span) {
    this.repository = repository;
    this.span = span;
  }

  static WhyReport of(Settings settings, Lockable place, TimeSpan span) throws JournalException {
    WhyReport report = new WhyReport(place.shown(), span);
    Path journal = place.journalDirectory();
    for (WaitNote note : new WaitHistory(journal).list()) {
      report.add(note);
    }
    for (Episode episode : Episode.read(journal, settings.host())) {
      report.add(episode, settings);
    }
    report.addWaiting(settings, journal);
    return report;
  }

  private void add(WaitNote note) {
    if (span.touches(note.fromMillis(), note.toMillis())) {
      waits.add(note);
    }
    for (WaitNote.Holder holder : note.holders()) {
      if (span.touches(holder.sinceMillis(), holder.untilMillis())) {
        leases.put(
            holder.token(),
            new Held(
                holder.ticket(),
                holder.token(),
                holder.pid(),
                holder.label(),
                holder.command(),
                "",
                holder.sinceMillis(),
                holder.untilMillis(),
                false,
                true));
      }
    }
  }

  /** The journal knows when it began; how its command was called only who has waited for it. */
  private void add(Episode episode, Settings settings) {
    Ticket.Hold hold = episode.ticket().hold();
    if (hold == null) {
      return;
    }
    boolean isHeld = episode.reason() == null;
    Held seen = leases.get(hold.token());
    long from = wall(settings, hold.sinceNanos());
    long latest = isHeld ? System.currentTimeMillis() : wall(settings, episode.endNanos());
    long to = seen != null && !isHeld ? Math.min(seen.toMillis, latest) : latest;
    if (!span.touches(from, to)) {
      return;
    }
    leases.put(
        hold.token(),
        new Held(
            episode.ticket().number(),
            hold.token(),
            seen == null ? episode.ticket().client().pid() : seen.pid,
            episode.ticket().label(),
            seen == null ? "" : seen.command,
            episode.ticket().claims().toString(),
            from,
            Math.max(from, to),
            isHeld,
            isHeld || seen != null || episode.isExact()));
  }

  /** Those that still wait have noted nothing yet. */
  private void addWaiting(Settings settings, Path journal) throws JournalException {
    Journals journals = new Journals(settings);
    try (Arbiter arbiter = journals.open(journal)) {
      for (TicketReport report : journals.tickets(arbiter)) {
        TicketView view = report.view();
        Ticket ticket = report.ticket();
        long now = System.currentTimeMillis();
        Held lease = leases.get(report.token());
        if (lease != null && lease.isHeld) {
          leases.put(
              lease.token,
              new Held(
                  lease.ticket,
                  lease.token,
                  view.pid(),
                  lease.label,
                  view.command(),
                  lease.claims,
                  lease.fromMillis,
                  lease.toMillis,
                  true,
                  true));
        } else if (!ticket.isHeld() && span.touches(now - view.sinceMillis(), now)) {
          waits.add(
              new WaitNote(
                  now - view.sinceMillis(),
                  now,
                  "waiting",
                  ticket.number(),
                  view.pid(),
                  ticket.label(),
                  ticket.claims().toString(),
                  report.position(),
                  report.rivals(),
                  List.of()));
        }
      }
    }
  }

  private static long wall(Settings settings, long nanos) {
    return System.currentTimeMillis() - (settings.host().nanoTime() - nanos) / 1_000_000;
  }

  private List<Held> sortedLeases() {
    return leases.values().stream().sorted(Comparator.comparingLong(Held::fromMillis)).toList();
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        Shown.path(repository) + ", " + clock(span.fromMillis()) + " to " + clock(span.toMillis()));
    List<Held> held = sortedLeases();
    if (held.isEmpty() && waits.isEmpty()) {
      lines.add("  nobody held it and nobody waited, as far as is still known");
      return lines;
    }
    lines.add(held.isEmpty() ? "  who had it is not known any more" : "  who had it");
    for (Held lease : tail(held, lines)) {
      lines.add("    " + line(lease));
    }
    lines.add(waits.isEmpty() ? "  nobody waited for a second or more" : "  who waited");
    for (WaitNote wait : tail(waits, lines)) {
      lines.add("    " + line(wait));
    }
    return lines;
  }

  private static <T> List<T> tail(List<T> all, List<String> lines) {
    int hidden = Math.max(0, all.size() - MOST_LINES);
    if (hidden > 0) {
      lines.add("    (" + hidden + " earlier ones; ask for a shorter time, or with --json)");
    }
    return all.subList(hidden, all.size());
  }

  private static String line(Held lease) {
    String duration = Durations.show(lease.toMillis - lease.fromMillis);
    return clock(lease.fromMillis)
        + " - "
        + (lease.isHeld ? "now     " : clock(lease.toMillis))
        + "  "
        + (lease.isExact ? duration : "at most " + duration)
        + "  "
        + who(lease.pid, lease.command, lease.label)
        + ", ticket "
        + lease.ticket
        + (lease.claims.isEmpty() ? "" : ", " + Printable.text(lease.claims));
  }

  private static String line(WaitNote wait) {
    StringBuilder out = new StringBuilder(clock(wait.fromMillis())).append(" - ");
    out.append(wait.outcome().equals("waiting") ? "now     " : clock(wait.toMillis()));
    out.append("  ").append(Durations.show(wait.toMillis() - wait.fromMillis())).append("  ");
    out.append(who(wait.pid(), "", wait.label())).append(": ");
    out.append(Printable.text(wait.outcome())).append(", ");
    out.append(Shown.ordinal(wait.position())).append(" of ").append(wait.waiters());
    String separator = ", for ";
    for (WaitNote.Holder holder : wait.holders()) {
      out.append(separator).append(who(holder.pid(), holder.command(), holder.label()));
      out.append(" since ").append(clock(holder.sinceMillis()));
      separator = ", then ";
    }
    return out.toString();
  }

  /** {@code pid 4711 'git rebase main' (claude-42)}. */
  private static String who(long pid, String command, String label) {
    String shown = Shown.command(command);
    String name = Printable.text(label);
    boolean isNews = !name.isEmpty() && !shown.startsWith(name);
    return "pid "
        + pid
        + (shown.isEmpty() ? "" : " '" + shown + "'")
        + (isNews ? " (" + name + ")" : "");
  }

  /** With the date if it is not today. */
  private static String clock(long millis) {
    ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault());
    String pattern =
        time.toLocalDate().equals(LocalDate.now(ZoneId.systemDefault()))
            ? "HH:mm:ss"
            : "yyyy-MM-dd HH:mm:ss";
    return time.format(DateTimeFormatter.ofPattern(pattern, Locale.ROOT));
  }

  String json() {
    Json json = new Json().object().put("schema", SCHEMA);
    json.put("repository", repository.toString());
    json.put("fromMillis", span.fromMillis()).put("toMillis", span.toMillis()).array("leases");
    for (Held lease : sortedLeases()) {
      json.object().put("ticket", lease.ticket).put("token", lease.token).put("pid", lease.pid);
      json.put("label", lease.label).put("command", lease.command).put("claims", lease.claims);
      json.put("fromMillis", lease.fromMillis).put("toMillis", lease.toMillis);
      json.put("held", lease.isHeld).put("exact", lease.isExact).end();
    }
    json.end().array("waits");
    for (WaitNote wait : waits) {
      json.object().put("ticket", wait.ticket()).put("pid", wait.pid()).put("label", wait.label());
      json.put("claims", wait.claims()).put("outcome", wait.outcome());
      json.put("fromMillis", wait.fromMillis()).put("toMillis", wait.toMillis());
      json.put("position", wait.position()).put("waiters", wait.waiters()).array("holders");
      for (WaitNote.Holder holder : wait.holders()) {
        json.object().put("ticket", holder.ticket()).put("token", holder.token());
        json.put("pid", holder.pid()).put("label", holder.label());
        json.put("command", holder.command()).put("sinceMillis", holder.sinceMillis());
        json.put("untilMillis", holder.untilMillis()).end();
      }
      json.end().end();
    }
    return json.end().end().toString();
  }
}
