package dev.lockbroker.cli;

import dev.lockbroker.cli.git.GitPlan;
import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.LockRequest;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.LockMode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** One git command under its claims: {@code run} with what git's command line says. */
final class GitRun {
  private final Settings settings;
  private final Lockable place;
  private final GitPlan plan;
  private final String subCommand;

  /** A command that has not started. */
  GitRun(Settings settings, Lockable place, GitPlan plan, String subCommand) {
    this.settings = settings;
    this.place = place;
    this.plan = plan;
    this.subCommand = subCommand;
  }

  /**
   * Waits for the lock and runs the command.
   *
   * @param list what is to be claimed
   * @param variables what the command finds in its environment besides
   */
  int under(List<Claim> list, Nested nested, List<String> command, Map<String, String> variables)
      throws IOException {
    Map<String, String> environment = settings.environment();
    OnLost policy = OnLost.of(null, environment);
    LockRequest request = request(list);
    RunEvents events =
        new RunEvents(List.of(new WaitingText(place, list.get(0).scope())), false, false);
    LossHandler losses = new LossHandler(policy, events, settings.host(), settings.processes());
    GitCare care =
        GitCare.of(
            place,
            new Claims(list),
            settings.host(),
            events,
            Choices.waitsForGit(null, environment) && !nested.isInside(),
            request.patience(),
            ExitCode.NOT_ACQUIRED);
    ClientOptions client = Choices.client(settings, false).withGitEnvironment(plan.environment());
    return new ChildRun(client, List.of(request), command, events, losses, List.of(care))
        .with(variables)
        .run();
  }

  private LockRequest request(List<Claim> list) {
    Claim first = list.get(0);
    LockRequest request =
        first.mode() == LockMode.SHARED
            ? LockRequest.shared(plan.folder())
            : LockRequest.exclusive(plan.folder());
    request = request.scope(first.scope().path()).keptByProcesses();
    for (Claim more : list.subList(1, list.size())) {
      request = request.and(more.mode(), more.scope().path());
    }
    // No more of it: an address or a setting before the command may be a secret.
    List<String> shown = List.of(GitMain.NAME, subCommand);
    request = request.label(Choices.label(null, settings.environment(), shown));
    return Choices.waiting(request, null, settings.environment());
  }
}
