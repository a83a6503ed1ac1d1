package dev.lockbroker.cli;

import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.ResolutionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockctl doctor}: whether everything around lockctl is as it needs it. */
@Command(
    name = "doctor",
    description =
        "Checks what Lockbroker needs here, and says how to mend what is wrong: sockets, folders,"
            + " file system, git, shim, clock, processes, brokers, leftovers, Java. Changes nothing.",
    footer = {
      "",
      "Exits with 0 if nothing fails (a warning is no failure), else with 1.",
      "",
      "Examples:",
      "  lockctl doctor",
      "  lockctl doctor --json | jq -r '.checks[] | select(.level != \"ok\") | .fix'"
    })
final class DoctorCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final RepositoryOption repository = new RepositoryOption();

  @Option(names = "--json", description = "One JSON object.")
  boolean json;

  @Override
  public Integer call() throws ResolutionException {
    Settings settings = Settings.current();
    Lockable place = settings.lockable(repository.path);
    List<Finding> findings = new ArrayList<>();
    findings.addAll(PlaceChecks.all(settings, place));
    findings.addAll(ToolChecks.all(settings.environment()));
    findings.addAll(MachineChecks.all(settings, place));
    findings.addAll(BrokerChecks.all(settings, place));
    boolean failed = findings.stream().anyMatch(one -> one.level() == Finding.Level.FAIL);
    if (json) {
      Console.answer(json(place, findings, failed));
    } else {
      print(findings);
    }
    return failed ? FAILED : ExitCode.OK;
  }

  private static void print(List<Finding> findings) {
    int bad = 0;
    for (Finding finding : findings) {
      Console.answer(finding.line());
      if (!finding.fix().isEmpty()) {
        bad++;
        Console.answer("      fix: " + finding.fix());
      }
    }
    Console.answer(
        bad == 0
            ? "all " + findings.size() + " checks are well"
            : Shown.count(findings.size(), "check") + ", " + bad + " to look at");
  }

  private static String json(Lockable place, List<Finding> findings, boolean failed) {
    Json json = new Json().object().put("schema", 1).put("ok", !failed);
    json.put("repository", place.shown().toString()).array("checks");
    for (Finding finding : findings) {
      json.object().put("check", finding.check()).put("level", finding.level().word());
      json.put("text", finding.text()).put("fix", finding.fix()).end();
    }
    return json.end().end().toString();
  }

  /** One line of a foreign message. */
  static String why(Throwable trouble) {
    String message = trouble.getMessage();
    return Printable.text(
        trouble.getClass().getSimpleName() + (message == null ? "" : ": " + message));
  }
}
