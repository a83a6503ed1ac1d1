package dev.lockbroker.cli;

import dev.lockbroker.core.git.Incident;
import dev.lockbroker.core.git.Incidents;
import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.repository.KnownRepositories;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.ResolutionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockctl status}: who holds, who waits. Reads the journals; needs no broker. */
@Command(
    name = "status",
    description =
        "Shows who holds and who waits: here, and in every repository ever used with leases now.",
    footer = {
      "",
      "States: held, waiting PLACE/OF, stopped (Ctrl-Z), orphaned (lockctl is gone, its command"
          + " is not), dead (will be cleared away by the next request), unknown (its processes"
          + " cannot be seen from here)."
    })
final class StatusCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final RepositoryOption repository = new RepositoryOption();

  @Option(names = "--json", description = "One JSON object instead of tables.")
  boolean json;

  @Override
  public Integer call() throws ResolutionException, IOException {
    Settings settings = Settings.current();
    Brokers.requireUsable(settings.socket());
    Lockable here = settings.lockable(repository.path);
    List<RepositoryReport> reports = new ArrayList<>();
    Journals journals = new Journals(settings);
    reports.add(report(journals, here.shown(), here.journalDirectory()));
    if (repository.path == null) {
      reports.addAll(others(settings, journals, here));
    }
    BrokerInfo broker = broker(settings.socket());
    if (json) {
      Console.answer(StatusJson.of(reports, broker));
    } else {
      print(reports, broker);
    }
    return reports.get(0).exitCode();
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
        reports.add(report(journals, entry.shown(), entry.journalDirectory()));
      }
    }
    return reports;
  }

  private static RepositoryReport report(Journals journals, Path shown, Path journalDirectory) {
    try (Arbiter arbiter = journals.open(journalDirectory)) {
      List<TicketReport> tickets = journals.tickets(arbiter);
      List<Incident> incidents = new Incidents(journalDirectory).list();
      return new RepositoryReport(shown, journalDirectory, tickets, incidents, null, 0);
    } catch (JournalException e) {
      return new RepositoryReport(
          shown, journalDirectory, List.of(), List.of(), Failures.explain(e), ExitCode.of(e));
    }
  }

  /** A broker that does not answer must not keep anybody from seeing the journals. */
  private static @Nullable BrokerInfo broker(Path socket) {
    try {
      return Brokers.glance(socket);
    } catch (CliException e) {
      Console.say(Failures.explain(e));
      return null;
    }
  }

  private static boolean isIdle(RepositoryReport report) {
    return report.tickets().isEmpty()
        && report.trouble() == null
        && StatusTable.leftovers(report, System.currentTimeMillis()).isEmpty();
  }

  private static void print(List<RepositoryReport> reports, @Nullable BrokerInfo broker) {
    Colours colours = Colours.ofAnswers();
    int idle = 0;
    for (int i = 0; i < reports.size(); i++) {
      RepositoryReport report = reports.get(i);
      if (i > 0 && isIdle(report)) {
        idle++;
      } else {
        StatusTable.of(report).forEach(line -> Console.answer(colours.state(line)));
      }
    }
    if (idle > 0) {
      Console.answer(
          idle + (idle == 1 ? " other repository is free" : " other repositories are free"));
    }
    Console.answer(broker == null ? "no broker runs; none is needed" : broker.line());
  }
}
