package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Linked worktrees of one repository. */
class WorktreesIT {
  private static final int WORKTREES = 8;
  private static final Duration A_WHILE = Duration.ofMillis(700);

  @RegisterExtension final Sandbox box = new Sandbox();

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void worktrees_commit_in_parallel(String mode) throws Exception {
    Repo repo = box.repo("repo");
    repo.hook("pre-commit", "sleep 0.2");
    brokerFor(mode);
    Witness witness = new Witness(box.folder("witness"));
    try (Journal journal = repo.journal().follow()) {
      List<Path> trees = worktrees(repo);
      long start = System.nanoTime();
      List<Child> runs = new ArrayList<>();
      for (Path tree : trees) {
        runs.add(
            box.locked(tree, witness.commit("of-" + tree.getFileName()), "--worktree")
                .env("WITNESS", witness.folder())
                .mode(mode)
                .start());
      }
      for (Child run : runs) {
        run.exits(0);
      }
      long took = System.nanoTime() - start;
      for (Path tree : trees) {
        repo.git("cherry-pick", tree.getFileName().toString());
      }
      assertEquals(WORKTREES, repo.commits());
      assertEquals(List.of(), repo.wrongCommits());
      assertEquals(List.of(), journal.violations());
      assertEquals(WORKTREES, journal.grants().size());
      assertTrue(witness.overlaps() > 0, "nothing ran in parallel");
      repo.requireSound();
      Figures.print(
          "%d worktrees commit with a 0.2 s hook (%s): 0 failures, %s, %d of %d commits overlap",
          WORKTREES, mode, Figures.time(took), witness.overlaps(), WORKTREES);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void all_worktrees_are_held_at_once_and_the_whole_repository_excludes_them(String mode)
      throws Exception {
    Repo repo = box.repo("repo");
    brokerFor(mode);
    Gate inside = new Gate(box.folder("inside"));
    Gate whole = new Gate(box.folder("whole"));
    List<Path> trees = worktrees(repo);
    try (Journal journal = repo.journal()) {
      List<Child> runs = new ArrayList<>();
      for (Path tree : trees) {
        String name = tree.getFileName().toString();
        runs.add(box.locked(tree, inside.pass(name), "--worktree").mode(mode).start());
      }
      inside.await(WORKTREES);
      assertEquals(WORKTREES, journal.held().size());

      runs.add(box.locked(repo.path(), whole.pass("whole")).mode(mode).start());
      journal.awaitWaiting(1);
      // It comes after the whole repository although its worktree will be free first.
      Gate late = new Gate(box.folder("late"));
      runs.add(box.locked(trees.get(0), late.arrive("late"), "--worktree").mode(mode).start());
      journal.awaitWaiting(2);
      Deadline.stays(A_WHILE, "the whole repository waits", () -> journal.waiting().size() == 2);

      inside.open();
      whole.await("whole");
      assertEquals(1, journal.held().size());
      Deadline.stays(A_WHILE, "the worktree waits", () -> !late.has("late"));
      whole.open();
      late.await("late");
      for (Child run : runs) {
        run.exits(0);
      }
      assertEquals(List.of(), journal.violations());
      repo.requireNoRuns();
    }
  }

  @Test
  void one_worktree_is_held_by_one_at_a_time() throws Exception {
    Repo repo = box.repo("repo");
    Path tree = repo.worktree("tree");
    box.broker();
    Witness witness = new Witness(box.folder("witness"));
    try (Journal journal = repo.journal().follow()) {
      List<Child> runs = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        runs.add(
            box.locked(tree, witness.commit("f" + i), "--worktree")
                .env("WITNESS", witness.folder())
                .mode(i % 2 == 0 ? "broker" : "direct")
                .start());
      }
      for (Child run : runs) {
        run.exits(0);
      }
      witness.requireAlone(6);
      assertEquals(List.of(), journal.violations());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void readers_share_and_exclude_a_writer(String mode) throws Exception {
    Repo repo = box.repo("repo");
    brokerFor(mode);
    Gate inside = new Gate(box.folder("inside"));
    Gate writing = new Gate(box.folder("writing"));
    try (Journal journal = repo.journal()) {
      List<Child> runs = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        runs.add(box.locked(repo.path(), inside.pass("r" + i), "--shared").mode(mode).start());
      }
      inside.await(3);
      runs.add(box.locked(repo.path(), writing.arrive("writer")).mode(mode).start());
      journal.awaitWaiting(1);
      Deadline.stays(A_WHILE, "the writer waits", () -> !writing.has("writer"));
      inside.open();
      for (Child run : runs) {
        run.exits(0);
      }
      assertTrue(writing.has("writer"));
      assertEquals(List.of(), journal.violations());
    }
  }

  private void brokerFor(String mode) throws Exception {
    if (mode.equals("broker")) {
      box.broker();
    }
  }

  private static List<Path> worktrees(Repo repo) throws Exception {
    List<Path> trees = new ArrayList<>();
    for (int i = 0; i < WORKTREES; i++) {
      trees.add(repo.worktree("tree" + i));
    }
    return trees;
  }
}
