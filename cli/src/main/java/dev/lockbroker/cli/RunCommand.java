package dev.lockbroker.cli;

import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.InvalidRequestException;
import dev.lockbroker.client.LockRequest;
import dev.lockbroker.client.LockTimeoutException;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.ResolutionException;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.LockMode;
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

  private static final int MAX_EXIT_CODE = 255;

  @Mixin final RepositoriesOption repositories = new RepositoriesOption();

  @Option(
      names = "--scope",
      paramLabel = "SCOPE",
      description = "Lock this part only, such as /ref/main or /name/deploy. Default: / (all).")
  @Nullable String scope;

  @Option(names = "--worktree", description = "Lock the working tree you are in only.")
  boolean worktree;

  @Option(names = "--shared", description = "Let others with --shared in at the same time.")
  boolean shared;

  @Option(
      names = "--wait",
      paramLabel = "D|forever|none",
      description = "How long to wait for the lock.")
  @Nullable String wait;

  @Option(
      names = "--ttl",
      paramLabel = "D",
      description =
          "How long the lock stands without a sign of life until the command has started."
              + " Default: 10s.")
  @Nullable String ttl;

  @Option(
      names = "--label",
      paramLabel = "L",
      description =
          "What others see beside the command. Default: $LOCKBROKER_LABEL, else how it"
              + " begins.")
  @Nullable String label;

  @Option(
      names = {"-E", "--conflict-exit-code"},
      paramLabel = "CODE",
      description = "Exit code for 'not acquired in time'. Default: 75.")
  int conflictExitCode = ExitCode.NOT_ACQUIRED;

  @Option(
      names = OnLost.OPTION,
      paramLabel = "term|warn",
      description =
          "When the lock is lost while the command runs: end it and what it started (SIGTERM, 5s,"
              + " SIGKILL), or only warn. Default: $LOCKBROKER_ON_LOST, else term.")
  @Nullable String onLost;

  @Option(
      names = "--git-locks",
      paramLabel = "wait|ignore",
      description =
          "When an IDE or a person has git's index.lock: wait for it, or start the command all the"
              + " same. Default: $LOCKBROKER_GIT_LOCKS, else wait.")
  @Nullable String gitLocks;

  @Option(names = "--quiet", description = "Do not say why nothing happens.")
  boolean quiet;

  @Option(names = "--json", description = "Say it in JSON, one object a line on stderr.")
  boolean json;

  @Parameters(paramLabel = "CMD", description = "The command and its arguments, after --.")
  List<String> command = List.of();

  @Override
  public Integer call() throws Exception {
    try {
      return execute();
    } catch (LockTimeoutException e) {
      if (json) {
        return failed(e, conflictExitCode);
      }
      Console.say(Failures.explain(e));
      return conflictExitCode;
    } catch (Exception e) {
      if (json) {
        return failed(e, ExitCode.of(e));
      }
      throw e;
    }
  }

  private static int failed(Exception trouble, int exit) {
    Json event = new Json().object().put("event", "error").put("exit", exit);
    Console.sayRaw(event.put("message", Failures.explain(trouble)).end().toString());
    return exit;
  }

  private int execute() throws IOException, ResolutionException {
    Settings settings = Settings.current();
    checkArguments();
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
      Scope part = part(places.get(i));
      texts.add(new WaitingText(places.get(i), part));
      requests.add(request(settings, repositories.paths().get(i), part));
    }
    RunEvents events = new RunEvents(texts, quiet, json);
    LossHandler losses = new LossHandler(policy, events, settings.host(), settings.processes());
    List<GitCare> cares = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      cares.add(care(settings, places.get(i), requests.get(i), events));
    }
    return new ChildRun(options(settings), requests, command, events, losses, cares).run();
  }

  private GitCare care(Settings settings, Lockable place, LockRequest request, RunEvents events) {
    return GitCare.of(
        place,
        Claims.of(mode(), part(place)),
        settings.host(),
        events,
        Choices.waitsForGit(gitLocks, settings.environment()),
        request.patience(),
        conflictExitCode);
  }

  /** A free lock is taken from the journal: only who has to wait pays for gRPC. */
  private ClientOptions options(Settings settings) {
    Brokers.requireUsable(settings.socket());
    try {
      ClientOptions options =
          ClientOptions.fromEnvironment(settings.environment())
              .withAttachAfter(Choices.attachAfter(settings.environment()))
              .withNotices(new Notices(quiet))
              .withBrokerCommand(new OnDemand(settings.environment()));
      // A path chosen by hand is not overruled by GIT_DIR and its like.
      return repositories.isChosen() ? options : options.withGitEnvironment(settings.environment());
    } catch (InvalidRequestException e) {
      throw new CliException(ExitCode.SETTINGS, Failures.explain(e));
    }
  }

  private void checkArguments() {
    if (command.isEmpty()) {
      throw new CliException(
          ExitCode.USAGE,
          "there is no command to run; write it after --, as in 'lockctl run -- git commit -m x'");
    }
    if (conflictExitCode < 0 || conflictExitCode > MAX_EXIT_CODE) {
      throw new CliException(
          ExitCode.USAGE, "-E takes an exit code from 0 to 255, not " + conflictExitCode);
    }
    if (scope != null && worktree) {
      throw new CliException(
          ExitCode.USAGE, "--scope and --worktree exclude each other; give one of them");
    }
  }

  /** The scope that is asked for; SDK and waiting line must mean the same one. */
  private Scope part(Lockable place) {
    if (worktree) {
      String id = place.worktree();
      if (id == null) {
        throw new CliException(
            ExitCode.USAGE,
            Shown.path(place.shown()) + " has no working tree; leave --worktree out");
      }
      return new Scope("/worktree/".concat(id));
    }
    try {
      return scope == null ? Scope.ROOT : new Scope(scope);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, "--scope: " + e.getMessage());
    }
  }

  private LockRequest request(Settings settings, @Nullable String given, Scope part) {
    Path path = Settings.path(given);
    LockRequest request =
        LockMode.SHARED == mode() ? LockRequest.shared(path) : LockRequest.exclusive(path);
    request =
        request
            .scope(part.path())
            .label(Choices.label(label, settings.environment(), command))
            .keptByProcesses();
    if (ttl != null) {
      request = request.ttl(Durations.parse("--ttl", ttl));
    }
    return Choices.waiting(request, wait, settings.environment());
  }

  private LockMode mode() {
    return shared ? LockMode.SHARED : LockMode.EXCLUSIVE;
  }
}
