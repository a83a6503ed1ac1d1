package dev.lockbroker.cli;

import dev.lockbroker.cli.git.GitDecision;
import dev.lockbroker.cli.git.GitInvocation;
import dev.lockbroker.cli.git.GitPlan;
import dev.lockbroker.client.WouldDeadlockException;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.ResolutionException;
import dev.lockbroker.core.table.Claim;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * {@code lockctl git}: the real git with exactly these arguments, under the lock that its command
 * needs, if it needs one. It has no options: everything is git's.
 */
final class GitMain implements Callable<Integer> {
  static final String NAME = "git";

  /** The signal that most likely ended a wait; which one it was is no longer known here. */
  private static final int INTERRUPT = 2;

  private final List<String> words;
  private final Map<String, String> environment;
  private final Path folder = Settings.path(null);

  private GitMain(List<String> words, Map<String, String> environment) {
    this.words = words;
    this.environment = environment;
  }

  /**
   * Runs git; never throws.
   *
   * @param args what the command line consists of
   * @param first the first of git's own
   * @return git's exit status, or a code of ours
   */
  static int run(String[] args, int first) {
    List<String> words = Arrays.asList(args).subList(first, args.length);
    return Failures.call(new GitMain(words, System.getenv()), false);
  }

  @Override
  public Integer call() throws IOException {
    String git = RealGit.find(environment);
    Commands.requireText(words);
    List<String> command = new ArrayList<>(words.size() + 1);
    command.add(git);
    command.addAll(words);
    if ("1".equals(environment.get("LOCKBROKER_DISABLE"))) {
      return PlainRun.of(command, Map.of());
    }
    GitQueries queries = new GitQueries(git, environment);
    GitPlan plan = GitDecision.of(words, folder, environment, queries);
    if (plan.kind() == GitPlan.Kind.CLAIM) {
      return claim(command, plan, queries);
    }
    boolean reads = plan.kind() == GitPlan.Kind.READ;
    return PlainRun.of(command, reads ? GitVariables.OF_READERS : Map.of());
  }

  private int claim(List<String> command, GitPlan plan, GitQueries queries) throws IOException {
    Lockable place;
    try {
      place = queries.place(plan.folder(), plan.environment());
    } catch (ResolutionException e) {
      if (queries.knowsRepository(words)) {
        throw new CliException(ExitCode.of(e), String.valueOf(e.getMessage()));
      }
      // Git says what is wrong, in its own words.
      return PlainRun.of(command, Map.of());
    }
    if (place.kind() != Lockable.Kind.GIT) {
      return PlainRun.of(command, Map.of());
    }
    return under(command, plan, place);
  }

  private int under(List<String> command, GitPlan plan, Lockable place) throws IOException {
    Settings settings = Settings.current();
    Map<String, String> variables = GitVariables.ofWriters(environment, place);
    Nested nested = Nested.in(place, settings);
    List<Claim> claims = nested.missing(plan.claims(place.worktree()));
    if (claims.isEmpty() || (!plan.isKnown() && nested.holdsWorktree())) {
      // All it needs is held around it; what nobody knows works where the command around it does.
      return PlainRun.of(command, variables);
    }
    String subCommand = GitInvocation.of(words, folder, environment).command();
    GitRun run = new GitRun(settings, place, plan, subCommand);
    int exit;
    try {
      exit = run.under(claims, nested, command, variables);
    } catch (WouldDeadlockException e) {
      try {
        if (!nested.awaitWaitersOnly(claims)) {
          throw e;
        }
      } catch (InterruptedException interrupt) {
        return ExitCode.SIGNAL + INTERRUPT;
      }
      return PlainRun.of(command, variables);
    }
    if (exit == 0 && plan.tidies() && !nested.isInside()) {
      Maintenance.afterwards(environment, place, command.get(0));
    }
    return exit;
  }
}
