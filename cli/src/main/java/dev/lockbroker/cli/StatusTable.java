package dev.lockbroker.cli;

import dev.lockbroker.core.git.Incident;
import dev.lockbroker.core.git.NativeLocks;
import dev.lockbroker.core.journal.KeeperView;
import dev.lockbroker.core.journal.TicketView;
import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.process.ProcessSight;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockMode;
import java.util.ArrayList;
import java.util.List;

/** {@code status} for people: one block a repository, one line a ticket. */
final class StatusTable {
  private static final List<String> HEAD =
      List.of("STATE", "TICKET", "TOKEN", "PID", "FOR", "TTL LEFT", "SCOPE", "LABEL", "COMMAND");

  private static final long RECENT_MILLIS = 3_600_000;
  private static final int MOST_LINES = 20;
  private static final int MOST_LOCKS = 5;

  private StatusTable() {}

  static List<String> of(RepositoryReport repository, NextStep next) {
    List<String> lines = new ArrayList<>();
    lines.add(Shown.path(repository.path()));
    if (repository.trouble() != null) {
      lines.add("  " + repository.trouble());
    } else if (repository.tickets().isEmpty()) {
      String free = repository.gitLocks().isEmpty() ? "  free: " : "  ";
      lines.add(free + "nobody holds it, nobody waits");
    } else {
      lines.addAll(tickets(repository));
    }
    lines.addAll(gitLocks(repository));
    lines.addAll(leftovers(repository, System.currentTimeMillis()));
    if (next.action() != NextAction.NONE) {
      lines.add("  next: " + next.text());
    }
    return lines;
  }

  private static List<String> tickets(RepositoryReport repository) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    for (TicketReport ticket : repository.tickets()) {
      rows.add(row(ticket));
      List<KeeperView> keepers = ticket.view().keepers();
      for (KeeperView other : keepers.subList(Math.min(1, keepers.size()), keepers.size())) {
        rows.add(row(other));
      }
    }
    return aligned(rows);
  }

  /** {@code git lock .git/index.lock (worktree main), made 3 s ago by pid 4711 'git commit'}. */
  private static List<String> gitLocks(RepositoryReport repository) {
    List<String> lines = new ArrayList<>();
    for (NativeLocks.View lock : repository.gitLocks()) {
      if (lines.size() == MOST_LOCKS) {
        lines.add(
            "  and " + Shown.count(repository.gitLocks().size() - MOST_LOCKS, "more git lock"));
        break;
      }
      List<ProcessSight> suspects = lock.suspects();
      lines.add(
          "  git lock "
              + Shown.path(lock.file())
              + ", made "
              + Durations.show(lock.ageMillis())
              + " ago by "
              + (suspects.isEmpty()
                  ? "nobody who is to be seen"
                  : NextStep.named(suspects.get(0))
                      + (suspects.size() > 1
                          ? " or " + Shown.count(suspects.size() - 1, "other")
                          : "")));
    }
    return lines;
  }

  /** What dead leases left: as long as nobody has been told, and for an hour after. */
  static List<String> leftovers(RepositoryReport repository, long nowMillis) {
    List<String> lines = new ArrayList<>();
    for (Incident incident : repository.incidents()) {
      long ageMillis = nowMillis - incident.endedMillis();
      if (!incident.isTold() || (ageMillis < RECENT_MILLIS && lines.size() < MOST_LINES)) {
        LeftoverText.lines(incident, repository.journalDirectory())
            .forEach(line -> lines.add("  " + Durations.show(ageMillis) + " ago: " + line));
      }
    }
    return lines;
  }

  private static List<String> row(TicketReport report) {
    TicketView view = report.view();
    return List.of(
        state(report),
        Long.toString(report.ticket().number()),
        Long.toString(report.token()),
        Long.toString(view.pid()),
        Durations.show(view.sinceMillis()),
        left(report),
        scopes(report),
        Printable.text(report.ticket().label()),
        Shown.command(view.command()));
  }

  /** One more process that keeps the lease above. */
  private static List<String> row(KeeperView keeper) {
    String pid = Long.toString(keeper.pid());
    return List.of("", "", "", pid, "", "", "", "", Shown.command(keeper.command()));
  }

  private static String state(TicketReport report) {
    String word = report.view().state();
    if (report.position() > 0) {
      return word + " " + report.position() + "/" + report.rivals();
    }
    return word.equals("running") ? "held" : word;
  }

  /** A running command needs no ttl: its life is what keeps the lease. */
  private static String left(TicketReport report) {
    if (report.token() == 0) {
      return "-";
    }
    boolean isKept = report.ticket().kind() == LeaseKind.RUN && !report.view().workers().isEmpty();
    return isKept ? "while it runs" : Durations.show(report.view().leftMillis());
  }

  private static String scopes(TicketReport report) {
    StringBuilder out = new StringBuilder();
    for (Claim claim : report.ticket().claims().list()) {
      String part = Shown.scope(claim.scope());
      out.append(out.length() == 0 ? "" : ", ").append(part.isEmpty() ? "all" : part);
      out.append(claim.mode() == LockMode.SHARED ? " (shared)" : "");
    }
    return out.toString();
  }

  private static List<String> aligned(List<List<String>> rows) {
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = row.get(i);
        line.append("  ").append(cell).append(" ".repeat(widths[i] - cell.length()));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
