package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Eight working trees of one repository, each with somebody who does anything that git can do, in
 * any order: nothing fails, no lock of git's is ever met, and what was committed is there.
 *
 * <p>For longer: {@code -Dlockbroker.mix.seconds=120}, {@code .hook=0.3} for a slow pre-commit
 * hook, {@code .schemes=git,whole,none} to compare, {@code .seed=N}.
 */
class GitMixIT {
  private static final int WORKTREES = 8;

  /** File names only: the words around them change from one git to the next. */
  private static final Pattern LOCK_ERROR =
      Pattern.compile("\\.lock\\b|cannot lock|could not lock|packed-refs\\.new|gc is already");

  @RegisterExtension final Sandbox box = new Sandbox();

  private final AtomicInteger numbers = new AtomicInteger();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Queue<String> lockErrors = new ConcurrentLinkedQueue<>();
  private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
  private final Set<String> kinds = new java.util.concurrent.ConcurrentSkipListSet<>();

  @Test
  void any_mix_of_git_commands_goes_through() throws Exception {
    int round = 0;
    for (String scheme : System.getProperty("lockbroker.mix.schemes", "git").split(",", -1)) {
      round++;
      run(GitMix.Scheme.valueOf(scheme.toUpperCase(java.util.Locale.ROOT)), scheme + round);
    }
  }

  private void run(GitMix.Scheme scheme, String name) throws Exception {
    long seconds = Long.getLong("lockbroker.mix.seconds", 15);
    String hook = System.getProperty("lockbroker.mix.hook", "");
    long seed = Long.getLong("lockbroker.mix.seed", System.nanoTime());
    failures.clear();
    lockErrors.clear();
    acknowledged.clear();
    kinds.clear();
    numbers.set(0);
    Repo repo = repository(name, hook);
    List<Path> trees = new ArrayList<>();
    for (int i = 0; i < WORKTREES; i++) {
      trees.add(worker(repo, name, i));
    }
    long start = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < WORKTREES; i++) {
      int worker = i;
      Random random = new Random(seed + i);
      Thread thread =
          new Thread(() -> work(scheme, trees.get(worker), worker, random, start, seconds));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double took = (System.nanoTime() - start) / 1e9;
    Figures.print(
        "mix of %d kinds of git command in %d worktrees%s, %s: %d operations of %d kinds, %d failed,"
            + " %d lock errors, %.1f/s (seed %d)",
        GitMix.kinds(),
        WORKTREES,
        hook.isEmpty() ? "" : ", hook of " + hook + " s",
        scheme,
        numbers.get(),
        kinds.size(),
        failures.size(),
        lockErrors.size(),
        numbers.get() / took,
        seed);
    if (scheme != GitMix.Scheme.GIT) {
      // What is compared with may fail; it is good to know of what.
      failures.stream().limit(5).forEach(failure -> Figures.print("  %s", failure.strip()));
    } else {
      assertEquals(List.of(), List.copyOf(failures), "failed, seed " + seed);
      assertEquals(List.of(), List.copyOf(lockErrors), "met a lock of git's, seed " + seed);
      assertTrue(acknowledged.size() > 0, "nothing was committed");
      repo.requireSound();
      requireCommits(repo);
    }
  }

  private Repo repository(String name, String hook) throws Exception {
    Repo repo = box.repo("mix-" + name);
    Path upstream = repo.path().resolveSibling("up-" + name);
    repo.git("checkout", "-q", "-b", "side");
    Files.writeString(repo.path().resolve("side"), "side\n");
    repo.git("add", "side");
    repo.git("commit", "-q", "-m", "side");
    repo.git("checkout", "-q", "-b", "pick", "main");
    repo.git("commit", "-q", "--allow-empty", "-m", "pick");
    repo.git("checkout", "-q", "main");
    repo.git("clone", "-q", "--bare", ".", upstream.toString());
    box.command(upstream, "git", "config", "receive.autogc", "false").run().exits(0);
    repo.git("remote", "add", "origin", upstream.toString());
    // As it comes: only what lockctl does keeps git from tidying up by itself.
    repo.git("config", "--unset", "gc.auto");
    if (!hook.isEmpty()) {
      repo.hook("pre-commit", "sleep " + hook);
    }
    return repo;
  }

  private Path worker(Repo repo, String name, int number) throws Exception {
    Path tree = repo.path().resolveSibling(name + "-" + number);
    repo.git("worktree", "add", "-q", "-b", "work-" + number + "-0", tree.toString());
    Files.writeString(tree.resolve("own-" + number), "\n");
    for (String[] words :
        new String[][] {
          {"git", "add", "."},
          {"git", "commit", "-q", "--no-verify", "-m", "own"},
          {"git", "commit", "-q", "--no-verify", "--allow-empty", "-m", "second"},
          {"git", "branch", "work-" + number + "-1"}
        }) {
      box.command(tree, words).run().exits(0);
    }
    return tree;
  }

  private void work(
      GitMix.Scheme scheme, Path tree, int worker, Random random, long start, long seconds) {
    GitMix mix = new GitMix();
    try {
      while (System.nanoTime() - start < seconds * 1_000_000_000L) {
        operate(scheme, tree, worker, mix.any(random));
      }
    } catch (Exception e) {
      failures.add("worker " + worker + ": " + e);
    }
  }

  private void operate(GitMix.Scheme scheme, Path tree, int worker, GitMix.Operation operation)
      throws Exception {
    int number = numbers.incrementAndGet();
    Child child =
        box.command(tree, "sh", "-c", "eval \"$PRELUDE\"\n" + operation.script())
            .env("PRELUDE", scheme.prelude())
            .env("LOCKCTL", Sandbox.dist().resolve("bin/lockctl"))
            .env("w", worker)
            .env("n", number)
            .run();
    kinds.add(operation.name());
    int exit = child.exit();
    String told =
        "worker " + worker + ", " + operation.name() + ", exit " + exit + ": " + child.err();
    if (exit != 0) {
      failures.add(told);
    }
    if (LOCK_ERROR.matcher(child.err()).find()) {
      lockErrors.add(told);
    }
    if (exit == 0 && operation.isCommit()) {
      acknowledged.add("ack-" + number);
    }
    box.forget(child);
  }

  /** Rebased, amended, merged: its message is still that of a commit of some branch. */
  private void requireCommits(Repo repo) throws Exception {
    Set<String> missing = new TreeSet<>(acknowledged);
    repo.git("log", "--branches", "--format=%s").lines().forEach(missing::remove);
    assertEquals(Set.of(), missing, "acknowledged, but not in any branch");
  }
}
