package dev.lockbroker.cli;

import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.ResolutionException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockctl why}: who had the lock at a time that is past, and who waited for it. */
@Command(
    name = "why",
    description = {
      "Says who had the lock at a given time, and who waited for it, how long, and for whom.",
      "Waits of a second and more are noted when they are over; who held is read from the journal,"
          + " as far back as it goes. Both are bounded: busy repositories forget sooner."
    },
    footer = {
      "",
      "Examples:",
      "  lockctl why                       # the last hour",
      "  lockctl why --at 14:02            # that minute",
      "  lockctl why --at 2026-11-20T14:02:31 --json",
      "  lockctl why --since 10m --repo ../app"
    })
final class WhyCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final RepositoryOption repository = new RepositoryOption();

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "A time of day such as 14:02 or 14:02:31, or with its date, 2026-11-20T14:02.")
  @Nullable String at;

  @Option(
      names = "--since",
      paramLabel = "D",
      description = "The time since D ago, such as 10m. Default: 1h.")
  @Nullable String since;

  @Option(names = "--json", description = "One JSON object.")
  boolean json;

  @Override
  public Integer call() throws ResolutionException, JournalException {
    if (at != null && since != null) {
      throw new CliException(
          ExitCode.USAGE, "--at and --since exclude each other; give one of them");
    }
    Settings settings = Settings.current();
    Lockable place = settings.lockable(repository.path);
    Instant now = Instant.now();
    TimeSpan span =
        at != null
            ? TimeSpan.at(at, now, ZoneId.systemDefault())
            : TimeSpan.last(
                Durations.parse("--since", since == null ? "1h" : since).toMillis(),
                now.toEpochMilli());
    if (span.fromMillis() > now.toEpochMilli()) {
      throw new CliException(
          ExitCode.USAGE, "--at " + at + " is still to come; ask about the past");
    }
    WhyReport report = WhyReport.of(settings, place, span);
    if (json) {
      Console.answer(report.json());
    } else {
      report.lines().forEach(Console::answer);
    }
    return ExitCode.OK;
  }
}
