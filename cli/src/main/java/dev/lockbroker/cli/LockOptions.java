package dev.lockbroker.cli;

import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.LockRequest;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What is locked, how long it is waited for, and what is said: the options that {@code run} and
 * {@code acquire} have in common.
 */
final class LockOptions {
  private static final int MAX_EXIT_CODE = 255;

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
      description =
          "How long to wait for the lock: 500ms, 10s, 5m, 1h, or plain seconds. Default:"
              + " $LOCKBROKER_WAIT, else forever.")
  @Nullable String wait;

  @Option(
      names = "--ttl",
      paramLabel = "D",
      description =
          "How long the lock stands without a sign of life until the command, or the process it is"
              + " for, is registered. Default: 10s.")
  @Nullable String ttl;

  @Option(
      names = "--label",
      paramLabel = "L",
      description =
          "What others see beside the command. Default: $LOCKBROKER_LABEL, else how it begins.")
  @Nullable String label;

  @Option(
      names = {"-E", "--conflict-exit-code"},
      paramLabel = "CODE",
      description = "Exit code for 'not acquired in time'. Default: 75.")
  int conflictExitCode = ExitCode.NOT_ACQUIRED;

  @Option(
      names = "--git-locks",
      paramLabel = "wait|ignore",
      description =
          "When an IDE or a person has git's index.lock: wait for it, or go on all the same."
              + " Default: $LOCKBROKER_GIT_LOCKS, else wait.")
  @Nullable String gitLocks;

  @Option(names = "--quiet", description = "Do not say why nothing happens.")
  boolean quiet;

  @Option(names = "--json", description = "Say it in JSON, one object a line on stderr.")
  boolean json;

  void check() {
    if (conflictExitCode < 0 || conflictExitCode > MAX_EXIT_CODE) {
      throw new CliException(
          ExitCode.USAGE, "-E takes an exit code from 0 to 255, not " + conflictExitCode);
    }
    if (scope != null && worktree) {
      throw new CliException(
          ExitCode.USAGE, "--scope and --worktree exclude each other; give one of them");
    }
  }

  /** The scope that is asked for. */
  Scope part(Lockable place) {
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

  Claims claims(Lockable place) {
    return Claims.of(shared ? LockMode.SHARED : LockMode.EXCLUSIVE, part(place));
  }

  /**
   * The request.
   *
   * @param usual the command line it is called by if nobody says otherwise
   */
  LockRequest request(Path path, Scope part, List<String> usual, Map<String, String> environment) {
    LockRequest request = shared ? LockRequest.shared(path) : LockRequest.exclusive(path);
    request =
        request
            .scope(part.path())
            .label(Choices.label(label, environment, usual))
            .keptByProcesses();
    if (ttl != null) {
      request = request.ttl(Durations.parse("--ttl", ttl));
    }
    return Choices.waiting(request, wait, environment);
  }

  /** Says what went wrong in the way that was asked for; returns the exit code. */
  int failed(Exception trouble, int exit) {
    String message = Failures.explain(trouble);
    if (json) {
      Json event = new Json().object().put("event", "error").put("exit", exit);
      Console.sayRaw(event.put("message", message).end().toString());
    } else {
      Console.say(message);
    }
    return exit;
  }

  /** Whether an {@code index.lock} of somebody outside is waited for. */
  boolean waitsForGit(Map<String, String> environment) {
    return Choices.waitsForGit(gitLocks, environment);
  }

  /**
   * The client's options.
   *
   * @param chosen whether the repository was named by hand, so that GIT_DIR does not count
   */
  ClientOptions client(Settings settings, boolean chosen) {
    ClientOptions options = Choices.client(settings, quiet);
    return chosen ? options : options.withGitEnvironment(settings.environment());
  }
}
