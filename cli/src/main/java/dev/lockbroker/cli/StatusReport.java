package dev.lockbroker.cli;

import dev.lockbroker.core.git.Incident;
import dev.lockbroker.core.git.Incidents;
import dev.lockbroker.core.git.NativeLocks;
import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.repository.KnownRepositories;
import dev.lockbroker.core.repository.Lockable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that {@code status} shows, as it was at one moment.
 *
 * @param repositories the one that was meant, then the others
 * @param broker what it says of itself; null if none answers
 * @param brokerMissing whether one is required and none answers
 */
record StatusReport(
    List<RepositoryReport> repositories, @Nullable BrokerInfo broker, boolean brokerMissing) {

  /**
   * Looks at the journals.
   *
   * @param everywhere also at all other repositories ever used
   */
  static StatusReport of(
      Settings settings, Lockable here, boolean everywhere, @Nullable BrokerInfo broker)
      throws IOException {
    Journals journals = new Journals(settings);
    List<RepositoryReport> reports = new ArrayList<>();
    reports.add(report(settings, journals, here.shown(), here.journalDirectory(), true));
    if (everywhere) {
      reports.addAll(others(settings, journals, here));
    }
    String mode = settings.environment().getOrDefault("LOCKBROKER_MODE", "");
    return new StatusReport(reports, broker, broker == null && mode.equals("broker"));
  }

  private static List<RepositoryReport> others(Settings settings, Journals journals, Lockable here)
      throws IOException {
    List<KnownRepositories.Entry> known =
        new ArrayList<>(new KnownRepositories(settings.stateFolder()).list());
    known.sort(Comparator.comparing(KnownRepositories.Entry::shown));
    List<RepositoryReport> reports = new ArrayList<>();
    for (KnownRepositories.Entry entry : known) {
      boolean isHere = entry.journalDirectory().equals(here.journalDirectory());
      if (!isHere && Files.exists(entry.journalDirectory())) {
        reports.add(report(settings, journals, entry.shown(), entry.journalDirectory(), false));
      }
    }
    return reports;
  }

  private static RepositoryReport report(
      Settings settings, Journals journals, Path shown, Path journalDirectory, boolean isHere) {
    NativeLocks around = NativeLocks.around(journalDirectory, settings.host());
    List<NativeLocks.View> locks = around == null ? List.of() : around.look(isHere);
    try (Arbiter arbiter = journals.open(journalDirectory)) {
      List<TicketReport> tickets = journals.tickets(arbiter);
      List<Incident> incidents = new Incidents(journalDirectory).list();
      return new RepositoryReport(shown, journalDirectory, tickets, locks, incidents, null, null);
    } catch (JournalException e) {
      return new RepositoryReport(
          shown, journalDirectory, List.of(), locks, List.of(), Failures.explain(e), e.fault());
    }
  }

  int exitCode() {
    return repositories.get(0).exitCode();
  }

  String json() {
    return StatusJson.of(repositories, broker, brokerMissing);
  }

  /** For people: what is meant in full, others only if there is anything to say of them. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    int idle = 0;
    for (int i = 0; i < repositories.size(); i++) {
      RepositoryReport report = repositories.get(i);
      if (i > 0 && isIdle(report)) {
        idle++;
      } else {
        lines.addAll(StatusTable.of(report, NextStep.of(report, brokerMissing)));
      }
    }
    if (idle > 0) {
      lines.add(idle + (idle == 1 ? " other repository is free" : " other repositories are free"));
    }
    if (broker == null) {
      lines.add(
          brokerMissing
              ? "no broker runs, and LOCKBROKER_MODE requires one: lockctl broker start"
              : "no broker runs; none is needed");
    } else {
      lines.add(broker.line());
      lines.add("  socket " + Shown.path(Path.of(broker.socket())));
    }
    return lines;
  }

  private static boolean isIdle(RepositoryReport report) {
    return report.tickets().isEmpty()
        && report.gitLocks().isEmpty()
        && report.trouble() == null
        && StatusTable.leftovers(report, System.currentTimeMillis()).isEmpty();
  }

  /** Changes when anything does but the time. */
  String essence() {
    StringBuilder out = new StringBuilder();
    for (RepositoryReport report : repositories) {
      out.append('\n').append(report.path()).append(report.trouble());
      for (TicketReport ticket : report.tickets()) {
        out.append(' ').append(ticket.ticket().number()).append(':').append(ticket.token());
        out.append(ticket.view().state()).append(ticket.position()).append(ticket.view().pid());
      }
      report.gitLocks().forEach(lock -> out.append(' ').append(lock.file()));
      out.append(report.incidents().size());
    }
    return out.append(broker == null ? 0 : broker.pid()).toString();
  }
}
