package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.process.Child;
import dev.lockbroker.bench.process.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A repository with one commit, and for each worker the worktree that it commits in. */
final class GitPlace {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Children children;
  private final Path main;
  private final List<Path> worktrees;

  private GitPlace(Children children, Path main, List<Path> worktrees) {
    this.children = children;
    this.main = main;
    this.worktrees = worktrees;
  }

  /**
   * A new one.
   *
   * @param folder made here
   * @param isShared all work in the main worktree, else each has one of its own
   */
  static GitPlace create(Children children, Path folder, int workers, boolean isShared)
      throws IOException, InterruptedException {
    Path main = Files.createDirectories(folder.resolve("main"));
    GitPlace place = new GitPlace(children, main, new ArrayList<>());
    place.git("init", "-q");
    // Nothing that git does now and then falls into somebody's round.
    place.git("config", "gc.auto", "0");
    place.git("config", "maintenance.auto", "false");
    place.git("commit", "-q", "--allow-empty", "-m", "first");
    for (int i = 0; i < workers; i++) {
      Path own = folder.resolve("w" + i);
      if (!isShared) {
        place.git("worktree", "add", "-q", "-b", "b" + i, own.toString());
      }
      place.worktrees.add(isShared ? main : own);
    }
    return place;
  }

  Path worktree(int worker) {
    return worktrees.get(worker);
  }

  /** A file beside it, for whoever locks by one. */
  Path lockFile() {
    return main.resolveSibling("queue");
  }

  /**
   * How many of the expected commits are not there.
   *
   * @throws IOException if the repository is broken
   */
  long missing(int expected) throws IOException, InterruptedException {
    git("fsck", "--no-progress");
    String count = git("rev-list", "--count", "--all").get(0);
    return expected + 1 - Long.parseLong(count);
  }

  private List<String> git(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    Child child = children.start(main, command);
    try {
      return child.output(PATIENCE);
    } finally {
      children.end(child);
    }
  }
}
