package dev.lockbroker.cli;

import dev.lockbroker.core.git.NativeLocks;
import dev.lockbroker.core.journal.KeeperView;
import dev.lockbroker.core.process.ProcessSight;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What to do next about a repository, and how.
 *
 * @param action from the closed list
 * @param text the sentence or command to go on with; empty if there is nothing to do
 */
record NextStep(NextAction action, String text) {
  /** As in {@link GitLocks}: nobody works on a file for so long without being seen. */
  private static final long LONELY_MILLIS = 10_000;

  /**
   * The most urgent one.
   *
   * @param brokerMissing whether a broker is required and none answers
   */
  static NextStep of(RepositoryReport report, boolean brokerMissing) {
    if (brokerMissing) {
      return new NextStep(
          NextAction.START_BROKER,
          "LOCKBROKER_MODE is 'broker' and none answers: lockctl broker start");
    }
    if (report.trouble() != null) {
      return report.isCorrupt()
          ? new NextStep(
              NextAction.CLEAR_STALE,
              "when no git command runs there: lockctl reset" + repository(report))
          : new NextStep(NextAction.NONE, report.trouble());
    }
    NextStep ticket = ofTickets(report);
    // Under a living lease a lock that nobody is seen to need may well be the holder's.
    NextStep step = ticket != null ? ticket : ofGitLocks(report);
    return step == null ? new NextStep(NextAction.NONE, "") : step;
  }

  private static @Nullable NextStep ofTickets(RepositoryReport report) {
    TicketReport dead = null;
    TicketReport living = null;
    for (TicketReport ticket : report.tickets()) {
      if (ticket.token() == 0) {
        continue;
      }
      switch (ticket.view().state()) {
        case "orphaned" -> {
          return orphan(ticket);
        }
        case "dead" -> dead = dead == null ? ticket : dead;
        default -> living = living == null ? ticket : living;
      }
    }
    if (dead != null) {
      return new NextStep(
          NextAction.CLEAR_STALE,
          "nobody stands behind ticket "
              + dead.ticket().number()
              + " any more; the next request clears it away, now: lockctl run"
              + repository(report)
              + " -- true");
    }
    return living == null ? null : waiting(living);
  }

  private static NextStep orphan(TicketReport ticket) {
    String pids =
        ticket.view().keepers().stream()
            .map(KeeperView::pid)
            .map(String::valueOf)
            .collect(Collectors.joining(" "));
    return new NextStep(
        NextAction.END_ORPHAN,
        "ticket "
            + ticket.ticket().number()
            + " is kept by what its lockctl left behind; let that finish, or end it: kill "
            + pids);
  }

  private static NextStep waiting(TicketReport ticket) {
    String who = "pid " + ticket.view().pid();
    String text =
        switch (ticket.view().state()) {
          case "stopped" ->
              who + " is stopped: continue it with 'fg' or kill -CONT " + ticket.view().pid();
          case "unknown" ->
              who
                  + " cannot be seen from here (another container?); if you know that it has ended:"
                  + " lockctl force-release "
                  + ticket.ticket().number()
                  + " --token "
                  + ticket.token();
          default -> "wait for " + who + "; 'lockctl run' does, in order";
        };
    return new NextStep(NextAction.WAIT, text);
  }

  private static @Nullable NextStep ofGitLocks(RepositoryReport report) {
    for (NativeLocks.View lock : report.gitLocks()) {
      if (lock.suspects().isEmpty() && lock.ageMillis() >= LONELY_MILLIS) {
        return new NextStep(
            NextAction.INSPECT_GIT_LOCK,
            "no process is to be seen that could need "
                + Shown.path(lock.file())
                + "; if no git or IDE works there: rm "
                + Shown.quoted(lock.file().toString()));
      }
    }
    for (NativeLocks.View lock : report.gitLocks()) {
      String who =
          lock.suspects().isEmpty() ? "whoever made it" : "pid " + lock.suspects().get(0).pid();
      return new NextStep(
          NextAction.WAIT,
          "wait for " + who + " to remove " + Shown.path(lock.file()) + "; 'lockctl run' does");
    }
    return null;
  }

  private static String repository(RepositoryReport report) {
    return " --repo " + Shown.quoted(report.path().toString());
  }

  /** {@code pid 4711 'git commit'}. */
  static String named(ProcessSight process) {
    return "pid " + process.pid() + " '" + Shown.command(process.shown()) + "'";
  }
}
