package dev.lockbroker.cli;

import dev.lockbroker.client.LockRequest;
import dev.lockbroker.client.LockTimeoutException;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.ResolutionException;
import dev.lockbroker.core.table.Scope;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockctl acquire}: a lock for a shell script, kept by the life of its shell. */
@Command(
    name = "acquire",
    description = {
      "Takes a lock for the shell script that calls it. The lock ends with 'lockctl release', and"
          + " otherwise with the script, however that ends.",
      "Prints shell code to be evaluated, and nothing else, on stdout. If the lock was not"
          + " acquired, that code fails as lockctl does."
    },
    footer = {
      "",
      "Examples:",
      "  eval \"$(lockctl acquire --pid $$$$ --wait 30s)\" || exit",
      "  git add report.txt && git commit -m report",
      "  eval \"$(lockctl release)\"",
      "",
      "  lockctl acquire --pid $fish_pid --shell fish | source    # in fish",
      "",
      "What is run meanwhile by 'lockctl run' or 'lockctl git' joins the lock. Ready-made shell"
          + " functions are in docs/shell.md."
    })
final class AcquireCommand implements Callable<Integer> {
  /** As it stands on the command line. */
  static final String NAME = "acquire";

  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final RepositoryOption repository = new RepositoryOption();

  @Option(
      names = "--pid",
      paramLabel = "PID",
      description =
          "The process that keeps the lock for as long as it lives. Default: the shell that calls"
              + " lockctl, as $$$$ names it.")
  @Nullable Long pid;

  @Mixin final LockOptions options = new LockOptions();

  @Option(
      names = "--shell",
      paramLabel = "sh|fish",
      description = "Whose code to print. Default: sh, which bash, dash, zsh and ksh know as well.")
  String shell = "sh";

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

  private int execute() throws ResolutionException {
    options.check();
    if (options.conflictExitCode == 0) {
      throw new CliException(
          ExitCode.USAGE, "-E 0 would let the script go on without the lock; choose another code");
    }
    ShellCode code = ShellCode.of(shell);
    Settings settings = Settings.current();
    BoundProcess process = BoundProcess.of(settings, pid);
    Lockable place = settings.lockable(repository.path);
    Scope part = options.part(place);
    LockRequest request =
        options.request(
            Settings.path(repository.path), part, process.command(), settings.environment());
    RunEvents events =
        new RunEvents(List.of(new WaitingText(place, part)), options.quiet, options.json);
    GitCare care =
        GitCare.of(
            place,
            options.claims(place),
            settings.host(),
            events,
            options.waitsForGit(settings.environment()),
            request.patience(),
            options.conflictExitCode);
    return new ScriptLock(settings, process, code, events)
        .take(options.client(settings, repository.path != null), request, care);
  }
}
