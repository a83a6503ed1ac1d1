package dev.lockbroker.cli;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.process.Verdict;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.ResolutionException;
import dev.lockbroker.core.table.Command.Force;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Refusal;
import dev.lockbroker.core.table.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lockctl force-release}: ends anybody's ticket. Works on the journal, with no broker. */
@Command(
    name = "force-release",
    description = {
      "Ends a lease or a place in the queue, whoever has it.",
      "Its processes are not ended: they go on, and now without the lock."
    })
final class ForceReleaseCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final RepositoryOption repository = new RepositoryOption();

  @Parameters(paramLabel = "TICKET", description = "The number that 'lockctl status' shows.")
  long ticket;

  @Option(
      names = "--token",
      paramLabel = "N",
      required = true,
      description = "The token shown beside it (0 while it waits): proof that you mean this one.")
  long token;

  @Override
  public Integer call() throws ResolutionException, JournalException {
    Settings settings = Settings.current();
    Lockable place = settings.lockable(repository.path);
    Journals journals = new Journals(settings);
    try (Arbiter arbiter = journals.open(place.journalDirectory())) {
      arbiter.look();
      Ticket before = arbiter.table().ticket(ticket);
      if (before == null) {
        throw refused(Refusal.UNKNOWN_TICKET, place);
      }
      List<Long> overridden = overridden(settings, journals, arbiter, before);
      Outcome outcome = force(arbiter);
      if (outcome instanceof Outcome.Refused refusal) {
        throw refused(refusal.reason(), place);
      }
      Console.answer(sentence(before, overridden));
      return ExitCode.OK;
    }
  }

  private Outcome force(Arbiter arbiter) throws JournalException {
    return arbiter
        .transact(
            List.of(new Force(ticket, token)), Journals.BYSTANDER, Arbiter.GUARD_PATIENCE_NANOS)
        .outcomes()
        .get(0);
  }

  /** Live processes that lose the lock: those at work, and the client that stands for them. */
  private static List<Long> overridden(
      Settings settings, Journals journals, Arbiter arbiter, Ticket before) {
    List<Long> pids = new ArrayList<>(journals.view(arbiter, before).workers());
    if (settings.processes().judge(before.client()) != Verdict.DEAD) {
      pids.add(before.client().pid());
    }
    return pids;
  }

  private String sentence(Ticket before, List<Long> overridden) {
    String what = (before.isHeld() ? "lease " : "waiting ticket ") + ticket + " is ended";
    if (overridden.isEmpty()) {
      return what;
    }
    String pids = overridden.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return what + "; still alive, and now without the lock: pid " + pids;
  }

  private CliException refused(@Nullable Refusal reason, Lockable place) {
    String where = Shown.path(place.shown());
    String what =
        reason == Refusal.WRONG_TOKEN
            ? "ticket " + ticket + " in " + where + " does not have token " + token
            : "no ticket " + ticket + " in " + where;
    String next = "; see 'lockctl status" + repository.argument() + "' for what is there now";
    return new CliException(ExitCode.UNKNOWN_TICKET, what + next);
  }
}
