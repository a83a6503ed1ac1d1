package dev.lockbroker.cli;

import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.Text;
import java.util.ArrayList;
import java.util.List;

/** {@code status} for people: one block a repository, one line a ticket. */
final class StatusTable {
  private static final List<String> HEAD =
      List.of("STATE", "TICKET", "TOKEN", "PID", "FOR", "TTL LEFT", "SCOPE", "LABEL", "COMMAND");

  private StatusTable() {}

  static List<String> of(RepositoryReport repository) {
    List<String> lines = new ArrayList<>();
    lines.add(Shown.path(repository.path()));
    if (repository.trouble() != null) {
      lines.add("  " + repository.trouble());
      return lines;
    }
    if (repository.tickets().isEmpty()) {
      lines.add("  free: nobody holds it, nobody waits");
      return lines;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    for (TicketReport ticket : repository.tickets()) {
      rows.add(row(ticket));
    }
    lines.addAll(aligned(rows));
    return lines;
  }

  private static List<String> row(TicketReport report) {
    String state = report.state().word();
    boolean isWaiting = report.state() == TicketReport.State.WAITING;
    return List.of(
        isWaiting ? state + " " + report.position() + "/" + report.rivals() : state,
        Long.toString(report.ticket().number()),
        Long.toString(report.token()),
        Long.toString(report.pid()),
        Durations.show(report.sinceMillis()),
        left(report),
        scopes(report),
        Text.printable(report.ticket().label()),
        Text.printable(report.command()));
  }

  /** A running command needs no ttl: its life is what keeps the lease. */
  private static String left(TicketReport report) {
    if (report.token() == 0) {
      return "-";
    }
    boolean isKept = report.ticket().kind() == LeaseKind.RUN && !report.workers().isEmpty();
    return isKept ? "while it runs" : Durations.show(report.leftMillis());
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
