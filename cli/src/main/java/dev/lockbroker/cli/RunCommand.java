package dev.lockbroker.cli;

import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.LockRequest;
import dev.lockbroker.client.LockTimeoutException;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.ResolutionException;
import dev.lockbroker.core.table.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lockctl run}: a command under a lock. */
@Command(
    name = RunCommand.NAME,
    description =
        "Runs a command while holding a lock on its repository, or on several. Exits with the"
            + " command's status.",
    footer = {
      "",
      "A duration is 500ms, 10s, 5m, 1h, or plain seconds. Default wait: $LOCKBROKER_WAIT, else"
          + " forever.",
      "Exit codes of lockctl itself: 64 usage, 66 no such path, 70 bug, 73 repository not"
          + " writable, 74 I/O error, 75 not acquired in time, 76 journal unusable, 78 wrong"
          + " settings, 79 would deadlock, 126 not executable, 127 not found."
    })
final class RunCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  static final String NAME = "run";

  @Mixin final RepositoriesOption repositories = new RepositoriesOption();

  @Mixin final LockOptions options = new LockOptions();

  @Option(
      names = OnLost.OPTION,
      paramLabel = "term|warn",
      description =
          "When the lock is lost while the command runs: end it and what it started (SIGTERM, 5s,"
              + " SIGKILL), or only warn. Default: $LOCKBROKER_ON_LOST, else term.")
  @Nullable String onLost;

  @Parameters(paramLabel = "CMD", description = "The command and its arguments, after --.")
  List<String> command = List.of();

  @Override
  public Integer call() throws Exception {
    try {
      return execute();
    } catch (LockTimeoutException e) {
      return options.failed(e, options.conflictExitCode);
    } catch (Exception e) {
      if (options.json) {
        return options.failed(e, ExitCode.of(e));
      }
      throw e;
    }
  }

  private int execute() throws IOException, ResolutionException {
    Settings settings = Settings.current();
    if (command.isEmpty()) {
      throw new CliException(
          ExitCode.USAGE,
          "there is no command to run; write it after --, as in 'lockctl run -- git commit -m x'");
    }
    options.check();
    Commands.requireText(command);
    List<Lockable> places = new ArrayList<>();
    for (String path : repositories.paths()) {
      places.add(settings.lockable(path));
    }
    Commands.requireExecutable(command.get(0), settings.environment().get("PATH"));
    OnLost policy = OnLost.of(onLost, settings.environment());
    List<WaitingText> texts = new ArrayList<>();
    List<LockRequest> requests = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      // SDK and waiting line must mean the same one.
      Scope part = options.part(places.get(i));
      Path path = Settings.path(repositories.paths().get(i));
      texts.add(new WaitingText(places.get(i), part));
      requests.add(options.request(path, part, command, settings.environment()));
    }
    RunEvents events = new RunEvents(texts, options.quiet, options.json);
    LossHandler losses = new LossHandler(policy, events, settings.host(), settings.processes());
    List<GitCare> cares = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      cares.add(care(settings, places.get(i), requests.get(i), events));
    }
    ClientOptions client = options.client(settings, repositories.isChosen());
    return new ChildRun(client, requests, command, events, losses, cares).run();
  }

  private GitCare care(Settings settings, Lockable place, LockRequest request, RunEvents events) {
    return GitCare.of(
        place,
        options.claims(place),
        settings.host(),
        events,
        options.waitsForGit(settings.environment()),
        request.patience(),
        options.conflictExitCode);
  }
}
