package dev.lockbroker.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockctl demo}: the same work without and with Lockbroker. Leaves nothing behind. */
@Command(
    name = "demo",
    description = {
      "Lets several processes commit into one working tree at once: by plain git, then through"
          + " 'lockctl run', and shows what became of it.",
      "All in a temporary folder, with a broker of its own; nothing is left behind."
    })
final class DemoCommand implements Callable<Integer> {
  private static final int MOST_PROCESSES = 64;
  private static final int MOST_COMMITS = 1_000;

  @Mixin final CommonOptions common = new CommonOptions();

  @Option(names = "--processes", paramLabel = "N", description = "How many. Default: 8.")
  int processes = 8;

  @Option(names = "--commits", paramLabel = "N", description = "By each of them. Default: 5.")
  int commits = 5;

  @Override
  public Integer call() throws IOException, InterruptedException {
    check("--processes", processes, MOST_PROCESSES);
    check("--commits", commits, MOST_COMMITS);
    Commands.requireExecutable("git", System.getenv("PATH"));
    Signals signals = Signals.install();
    try (DemoPlace place = DemoPlace.make()) {
      return show(place);
    } catch (IOException | InterruptedException | RuntimeException e) {
      // A signal ends whatever is going on by an interrupt, and the place is gone by now.
      int signal = signals.endWait();
      if (signal != 0) {
        return ExitCode.SIGNAL + signal;
      }
      throw e;
    }
  }

  private static void check(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new CliException(
          ExitCode.USAGE, option + " takes a number from 1 to " + most + ", not " + value);
    }
  }

  private int show(DemoPlace place) throws IOException, InterruptedException {
    Console.answer(
        Shown.count(processes, "process").replace("processs", "processes")
            + " at once, each makes "
            + Shown.count(commits, "commit")
            + " (git add, git commit) in one working tree.");
    Console.answer("");
    Console.answer("1. plain git …");
    DemoResult plain = new DemoRound(place, "plain", false, processes, commits).run();
    Console.answer("2. the same through 'lockctl run' …");
    @Nullable BrokerInfo broker = broker(place);
    DemoResult locked = new DemoRound(place, "locked", true, processes, commits).run();
    Console.answer("");
    new DemoReport(processes * commits, plain, locked, broker).lines().forEach(Console::answer);
    return locked.isPerfect(processes * commits) ? ExitCode.OK : ExitCode.INTERNAL;
  }

  /** Without a broker the second round works as well, so its absence is only said. */
  private static @Nullable BrokerInfo broker(DemoPlace place)
      throws IOException, InterruptedException {
    try {
      return place.startBroker();
    } catch (CliException e) {
      Console.say(Failures.explain(e));
      return null;
    }
  }
}
