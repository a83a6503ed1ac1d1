package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.Scope;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.core.table.WaitGraph.Node;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A cycle in one sentence, for the one who asked: {@code would deadlock: you hold /a (ticket 12)
 * and ask for /b, held by pid 4711 'release' (ticket 7), which waits for /a; …}.
 */
final class DeadlockText {
  private static final Claims EVERYTHING = Claims.of(LockMode.EXCLUSIVE, Scope.ROOT);

  /** A person follows no longer chain. */
  private static final int MOST_LINKS = 8;

  private static final int MOST_LETTERS = 60;

  private final Map<Path, Arbiter> readers;
  private final Processes processes;
  private final Map<Path, Path> shown;
  private final long nowNanos;

  DeadlockText(
      Map<Path, Arbiter> readers, Processes processes, Map<Path, Path> shown, long nowNanos) {
    this.readers = readers;
    this.processes = processes;
    this.shown = shown;
    this.nowNanos = nowNanos;
  }

  /** What to call a journal's repository as long as nothing better is known. */
  static Path guess(Path journalDirectory) {
    Path common = journalDirectory.getParent();
    Path name = common == null ? null : common.getFileName();
    Path top = common == null ? null : common.getParent();
    if (common == null || name == null || top == null) {
      return journalDirectory;
    }
    return name.toString().equals(".git") ? top : common;
  }

  /** The first is the asker's request, the last a lease that he holds. */
  String of(List<Node<Path>> cycle) {
    Node<Path> asked = cycle.get(0);
    Node<Path> mine = cycle.get(cycle.size() - 1);
    boolean own = mine.ticket().client().equals(asked.ticket().client());
    StringBuilder out = new StringBuilder("would deadlock: ");
    out.append(own ? "you hold " : "the command around you holds ").append(what(mine));
    out.append(" (ticket ").append(mine.ticket().number()).append(") and ");
    out.append(own ? "ask for " : "you ask for ").append(what(asked));
    for (int i = 1; i < cycle.size() && i <= MOST_LINKS; i++) {
      out.append(link(cycle, i));
    }
    if (cycle.size() > MOST_LINKS + 1) {
      out.append(", and so on back to ").append(what(mine));
    }
    return out.append("; ").append(advice(asked, mine, own)).toString();
  }

  private String link(List<Node<Path>> cycle, int i) {
    Node<Path> node = cycle.get(i);
    boolean afterLease = cycle.get(i - 1).ticket().isHeld();
    if (afterLease) {
      return ", which waits for " + what(node);
    }
    if (!node.ticket().isHeld()) {
      return ", behind " + who(node);
    }
    boolean isLast = i == cycle.size() - 1;
    boolean afterEarlierWaiter = i > 1 && !cycle.get(i - 2).ticket().isHeld();
    if (afterEarlierWaiter) {
      return ", who waits for " + (isLast ? "that lease" : who(node));
    }
    if (isLast) {
      // Elsewhere the text before has named the repository.
      return i == 1 ? ", which it excludes" : "";
    }
    return ", held by " + who(node);
  }

  private String what(Node<Path> node) {
    Claims claims = node.ticket().claims();
    String name =
        Printable.text(
            shown.getOrDefault(node.journal(), guess(node.journal())).toString(), 4 * MOST_LETTERS);
    return claims.equals(EVERYTHING)
        ? name
        : name + " (" + Printable.text(claims.toString(), 4 * MOST_LETTERS) + ")";
  }

  private String who(Node<Path> node) {
    Ticket ticket = node.ticket();
    Arbiter reader = readers.get(node.journal());
    long pid = ticket.client().pid();
    String name = Printable.text(ticket.label(), MOST_LETTERS);
    if (reader != null) {
      TicketView view = new TicketInspector(reader, processes).view(ticket, nowNanos);
      pid = view.pid();
      name = name.isEmpty() ? Printable.text(view.command(), MOST_LETTERS) : name;
    }
    return "pid "
        + pid
        + (name.isEmpty() ? "" : " '" + name + "'")
        + " (ticket "
        + ticket.number()
        + ")";
  }

  private String advice(Node<Path> asked, Node<Path> mine, boolean own) {
    if (!own) {
      return "have the outer command ask for all of it from the beginning";
    }
    return asked.journal().equals(mine.journal())
        ? "give the former back first, or ask for all of it at once"
        : "give " + what(mine) + " back first, or ask for both at once";
  }
}
