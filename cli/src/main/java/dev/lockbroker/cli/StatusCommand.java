package dev.lockbroker.cli;

import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.ResolutionException;
import java.io.IOException;
import java.nio.file.Path;
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
        "Shows who holds and who waits, git's own locks, and what to do next: here, and in every"
            + " repository ever used with leases now.",
    footer = {
      "",
      "States: held, waiting PLACE/OF, stopped (Ctrl-Z), orphaned (lockctl is gone, its command"
          + " is not), dead (will be cleared away by the next request), unknown (its processes"
          + " cannot be seen from here).",
      "",
      "Examples:",
      "  lockctl status",
      "  lockctl status --watch",
      "  lockctl status --json | jq -r '.repositories[0].next_action'"
    })
final class StatusCommand implements Callable<Integer> {
  private static final long PAUSE_MILLIS = 1_000;

  /** The broker is asked less often than the journals are read. */
  private static final int LOOKS_PER_QUESTION = 10;

  private static final String TOP_AND_CLEAR = "\u001b[H\u001b[J";

  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final RepositoryOption repository = new RepositoryOption();

  @Option(names = "--json", description = "One JSON object instead of tables.")
  boolean json;

  @Option(
      names = "--watch",
      description =
          "Again each second until Ctrl-C: in place on a terminal, elsewhere when anything has"
              + " changed.")
  boolean watch;

  @Override
  public Integer call() throws ResolutionException, IOException {
    Settings settings = Settings.current();
    Brokers.requireUsable(settings.socket());
    Lockable here = settings.lockable(repository.path);
    if (watch) {
      return watch(settings, here);
    }
    BrokerInfo broker = broker(settings.socket());
    StatusReport report = StatusReport.of(settings, here, repository.path == null, broker);
    print(report);
    return report.exitCode();
  }

  private int watch(Settings settings, Lockable here) throws IOException {
    Signals signals = Signals.install();
    boolean inPlace = !json && Console.isTerminal();
    BrokerInfo broker = null;
    String shown = "";
    try {
      for (int look = 0; !Console.isBroken(); look++) {
        broker = look % LOOKS_PER_QUESTION == 0 ? broker(settings.socket()) : broker;
        StatusReport report = StatusReport.of(settings, here, repository.path == null, broker);
        if (inPlace) {
          Console.answer(TOP_AND_CLEAR + String.join("\n", coloured(report)));
        } else if (!report.essence().equals(shown)) {
          if (!json && !shown.isEmpty()) {
            Console.answer("");
          }
          print(report);
        }
        shown = report.essence();
        Thread.sleep(PAUSE_MILLIS);
      }
      return ExitCode.OK;
    } catch (InterruptedException e) {
      return ExitCode.SIGNAL + signals.endWait();
    }
  }

  private void print(StatusReport report) {
    if (json) {
      Console.answer(report.json());
    } else {
      coloured(report).forEach(Console::answer);
    }
  }

  private static List<String> coloured(StatusReport report) {
    Colours colours = Colours.ofAnswers();
    return report.lines().stream().map(colours::state).toList();
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
}
