package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a killed git leaves behind stops nobody who comes after, and nothing living is touched. */
class LeftoversIT {
  private static final Duration A_WHILE = Duration.ofMillis(1_500);

  @RegisterExtension final Sandbox box = new Sandbox();

  /** A repository with a tracked file that is changed. */
  private Repo changed() throws Exception {
    Repo repo = box.repo("repo");
    Files.writeString(repo.path().resolve("file"), "one");
    repo.git("add", "file");
    repo.git("commit", "-q", "-m", "file");
    Files.writeString(repo.path().resolve("file"), "two");
    return repo;
  }

  private static Path index(Repo repo) {
    return repo.path().resolve(".git/index.lock");
  }

  private static Path undo(Repo repo, String name) throws IOException {
    try (Stream<Path> tickets = Files.list(repo.locks().resolve("undo"))) {
      return tickets
          .map(ticket -> ticket.resolve(name))
          .filter(Files::exists)
          .findFirst()
          .orElseThrow();
    }
  }

  private Child commit(Repo repo, String mode) throws Exception {
    repo.hook("pre-commit", "exit 0");
    return box.lockctl(repo.path(), "run", "--", "git", "commit", "-q", "-a", "-m", "next")
        .mode(mode)
        .run();
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void the_next_commit_succeeds_after_a_kill_of_everything(String mode) throws Exception {
    Repo repo = changed();
    Broker broker = mode.equals("broker") ? box.broker() : null;
    Gate gate = new Gate(box.folder("gate"));
    repo.hook("pre-commit", gate.pass("hook"));
    Child killed =
        box.lockctl(
                repo.path(),
                "run",
                "--label",
                "robot",
                "--",
                "git",
                "commit",
                "-q",
                "-a",
                "-m",
                "lost")
            .mode(mode)
            .ownGroup()
            .start();
    gate.await("hook");
    assertTrue(Files.exists(index(repo)));
    killed.signalGroup("KILL");
    killed.await();
    Child next = commit(repo, mode).exits(0);
    assertTrue(next.err().contains("'robot' was killed and left index.lock; moved"), next.err());
    assertFalse(next.err().contains("File exists"), next.err());
    assertTrue(Files.size(undo(repo, "index.lock")) > 0);
    repo.git("log", "-1", "--format=%s");
    repo.requireSound();
    assertEquals("", commit(changedAgain(repo), mode).exits(0).err(), "it was told once");
    Files.move(undo(repo, "index.lock"), index(repo));
    assertTrue(Files.exists(index(repo)), "it can be put back");
    Files.delete(index(repo));
    if (broker != null) {
      assertTrue(logs().contains("cleared up in"), logs());
    }
  }

  private String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(box.state())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.toString().contains("log")) {
          all.append(Files.readString(file));
        }
      }
    }
    box.children().forEach(child -> all.append(child.err()));
    return all.toString();
  }

  private static Repo changedAgain(Repo repo) throws IOException {
    Files.writeString(repo.path().resolve("file"), "three");
    return repo;
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_git_killed_under_a_living_lockctl_leaves_nothing_in_the_way(String mode) throws Exception {
    Repo repo = changed();
    if (mode.equals("broker")) {
      box.broker();
    }
    repo.hook("pre-commit", "kill -9 $PPID");
    box.lockctl(repo.path(), "run", "--", "git", "commit", "-q", "-a", "-m", "lost")
        .mode(mode)
        .run()
        .exits(137);
    assertFalse(Files.exists(index(repo)));
    assertTrue(Files.exists(undo(repo, "index.lock")));
    String status = box.lockctl(repo.path(), "status").run().exits(0).out();
    assertTrue(status.contains("was killed and left index.lock; moved aside"), status);
    String json = box.lockctl(repo.path(), "status", "--json").run().exits(0).out();
    assertTrue(json.contains("\"what\":\"moved\",\"path\":\"index.lock\""), json);
    Child next =
        box.lockctl(
                repo.path(),
                "run",
                "--json",
                "--",
                "git",
                "commit",
                "-q",
                "--no-verify",
                "-am",
                "x")
            .mode(mode)
            .run()
            .exits(0);
    assertTrue(next.err().contains("{\"event\":\"leftovers\",\"ticket\":"), next.err());
    repo.requireNoRuns();
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_hook_that_survives_its_killed_git_keeps_the_lock(String mode) throws Exception {
    Repo repo = changed();
    if (mode.equals("broker")) {
      box.broker();
    }
    Gate gate = new Gate(box.folder("gate"));
    repo.hook("pre-commit", gate.pass("hook"));
    try (Journal journal = repo.journal()) {
      Child holder =
          box.lockctl(
                  repo.path(), "run", "--", "sh", "-c", "echo $$ >../pid; exec git commit -qam x")
              .mode(mode)
              .start();
      long hook = gate.await("hook");
      Os.signal("KILL", Long.parseLong(Files.readString(box.root().resolve("pid")).strip()));
      Child waiter =
          box.locked(repo.path(), "git commit -q --no-verify -am next").mode(mode).start();
      journal.awaitWaiting(1);
      Deadline.await("it says why it waits", () -> holder.err().contains("still runs and keeps"));
      Deadline.stays(A_WHILE, "the waiter waits", () -> journal.waiting().size() == 1);
      String status = box.lockctl(repo.path(), "status", "--json").run().out();
      assertTrue(status.contains("\"workers\":[" + hook + "]"), status);
      assertTrue(Files.exists(index(repo)), "it may be in use");
      gate.open();
      holder.exits(137);
      waiter.exits(0);
      assertEquals(List.of(), journal.violations());
    }
    assertFalse(Files.exists(index(repo)));
    repo.requireNoRuns();
  }

  @Test
  void ctrl_c_ends_the_wait_for_a_hook_and_not_its_lease() throws Exception {
    Repo repo = changed();
    Gate gate = new Gate(box.folder("gate"));
    repo.hook("pre-commit", gate.pass("hook"));
    try (Journal journal = repo.journal()) {
      Child holder =
          box.lockctl(
                  repo.path(), "run", "--", "sh", "-c", "echo $$ >../pid; exec git commit -qam x")
              .mode("direct")
              .start();
      gate.await("hook");
      Os.signal("KILL", Long.parseLong(Files.readString(box.root().resolve("pid")).strip()));
      Deadline.await("it says why it waits", () -> holder.err().contains("still runs and keeps"));
      holder.signal("TERM");
      holder.exits(137);
      Child waiter = box.locked(repo.path(), "git commit -q --no-verify -am next").start();
      journal.awaitWaiting(1);
      Deadline.stays(A_WHILE, "the waiter waits", () -> journal.waiting().size() == 1);
      gate.open();
      waiter.exits(0);
    }
  }

  @Test
  void the_index_lock_of_somebody_else_is_waited_for_and_never_touched() throws Exception {
    Repo repo = changed();
    Gate gate = new Gate(box.folder("gate"));
    repo.hook("pre-commit", gate.pass("hook"));
    Child person = box.command(repo.path(), "git", "commit", "-q", "-a", "-m", "mine").start();
    gate.await("hook");
    Child run = box.locked(repo.path(), "echo ran; git status -s").start();
    Deadline.await("it says whom it waits for", () -> run.err().contains("waiting for "));
    String line = run.err().strip();
    assertTrue(line.contains(".git/index.lock, made "), line);
    assertTrue(line.contains("by pid " + person.pid() + " 'git commit -q -a -m mine'"), line);
    assertTrue(line.endsWith("(not under lockbroker)"), line);
    Child told = box.locked(repo.path(), "true").start();
    told.signal("TERM");
    told.exits(143);
    assertTrue(Files.exists(index(repo)));
    assertEquals("", run.out());
    gate.open();
    person.exits(0);
    run.exits(0);
    assertEquals("ran\n", run.out());
  }

  @Test
  void the_wait_for_a_foreign_lock_has_the_budget_of_the_request() throws Exception {
    Repo repo = changed();
    Gate gate = new Gate(box.folder("gate"));
    repo.hook("pre-commit", gate.pass("hook"));
    Child person = box.command(repo.path(), "git", "commit", "-q", "-a", "-m", "mine").start();
    gate.await("hook");
    Child none = box.locked(repo.path(), "true", "--wait", "none", "-E", "9").run().exits(9);
    assertEquals(1, none.errLines().size(), none.err());
    assertTrue(none.err().contains("pid " + person.pid()), none.err());
    Child two = box.locked(repo.path(), "true", "--wait", "2s").run().exits(75);
    assertTrue(two.err().contains("was not removed within the wait"), two.err());
    Child json = box.locked(repo.path(), "true", "--wait", "12s", "--json").run().exits(75);
    assertTrue(json.err().contains("\"event\":\"git-lock\""), json.err());
    box.locked(repo.path(), "true", "--git-locks=ignore", "--wait", "none").run().exits(0);
    box.locked(repo.path(), "true", "--scope", "/name/x", "--wait", "none").run().exits(0);
    Child waits = box.locked(repo.path(), "true").start();
    Deadline.await("it waits", () -> waits.err().contains("waiting for"));
    waits.signal("TERM");
    waits.exits(143);
    assertTrue(Files.exists(index(repo)));
    gate.open();
    person.exits(0);
    repo.requireNoRuns();
  }

  @Test
  void a_hook_of_an_unlocked_git_does_not_wait_for_its_own_git() throws Exception {
    Repo repo = changed();
    repo.hook("pre-commit", "'" + Sandbox.dist().resolve("bin/lockctl") + "' run -- true");
    box.command(repo.path(), "git", "commit", "-q", "-a", "-m", "mine").run().exits(0);
  }

  @Test
  void a_stale_lock_of_nobody_hangs_nobody_and_is_not_touched() throws Exception {
    Repo repo = box.repo("repo");
    Files.writeString(index(repo), "");
    long start = System.nanoTime();
    Child run = box.locked(repo.path(), "true", "--ttl", "2s").start();
    Child next = box.locked(repo.path(), "true", "--git-locks=ignore").start();
    run.exits(75);
    Figures.print(
        "a stale foreign index.lock: given up after %s", Figures.time(System.nanoTime() - start));
    assertTrue(run.err().contains("remove it: rm "), run.err());
    assertTrue(Files.exists(index(repo)));
    next.exits(0);
    box.lockctl(repo.path(), "run", "--git-locks=ignore", "--", "rm", ".git/index.lock")
        .run()
        .exits(0);
    box.locked(repo.path(), "true").run().exits(0);
  }

  @Test
  void a_half_made_worktree_is_healed() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    repo.hook("post-checkout", gate.pass("hook"));
    Child killed =
        box.lockctl(repo.path(), "run", "--", "git", "worktree", "add", "-q", "-b", "new", "../new")
            .ownGroup()
            .start();
    // Its hook runs at the end; the mark of the beginning is put back by hand.
    gate.await("hook");
    killed.signalGroup("KILL");
    killed.await();
    Path made = repo.path().resolve(".git/worktrees/new");
    Files.writeString(made.resolve("locked"), "initializing");
    Files.writeString(made.resolve("HEAD"), "0".repeat(40) + "\n");
    Files.deleteIfExists(repo.path().resolve(".git/hooks/post-checkout"));
    Child next = box.lockctl(repo.path(), "run", "--", "git", "gc", "-q").run().exits(0);
    assertTrue(next.err().contains("worktrees/new"), next.err());
    assertFalse(Files.exists(made));
    assertTrue(Files.exists(undo(repo, "worktrees/new/gitdir")));
  }

  @Test
  void an_unfinished_rebase_is_reported_once_and_left_alone() throws Exception {
    Repo repo = changed();
    repo.git("commit", "-q", "-a", "-m", "two");
    Gate gate = new Gate(box.folder("gate"));
    Child killed =
        box.lockctl(
                repo.path(),
                "run",
                "--label",
                "robot",
                "--",
                "git",
                "rebase",
                "-q",
                "--force-rebase",
                "-x",
                gate.pass("step"),
                "HEAD~2")
            .ownGroup()
            .start();
    gate.await("step");
    killed.signalGroup("KILL");
    killed.await();
    Child elsewhere = box.locked(repo.path(), "true", "--scope", "/name/x").run().exits(0);
    Child next = box.locked(repo.path(), "git status -s").run().exits(0);
    String said = elsewhere.err() + next.err();
    assertTrue(
        said.contains("a rebase is in progress in " + repo.path() + ", left by ticket"), said);
    assertTrue(
        said.contains("'robot', which was killed: continue it, or 'git rebase --abort'"), said);
    assertTrue(Files.isDirectory(repo.path().resolve(".git/rebase-merge")));
    assertEquals("", box.locked(repo.path(), "true").run().exits(0).err());
    repo.git("rebase", "--abort");
  }

  @Test
  void locks_of_a_neighbour_at_work_are_left_to_him() throws Exception {
    Repo repo = changed();
    Path wt = repo.worktree("wt");
    Files.writeString(wt.resolve("file"), "of wt");
    Gate gate = new Gate(box.folder("gate"));
    Gate other = new Gate(box.folder("other"));
    repo.hook(
        "pre-commit",
        "case $PWD in */wt) " + other.pass("wt") + ";; *) " + gate.pass("m") + ";; esac");
    Child neighbour =
        box.lockctl(wt, "run", "--worktree", "--", "git", "commit", "-q", "-a", "-m", "wt").start();
    other.await("wt");
    Child killed =
        box.lockctl(repo.path(), "run", "--worktree", "--", "git", "commit", "-q", "-a", "-m", "m")
            .ownGroup()
            .start();
    gate.await("m");
    killed.signalGroup("KILL");
    killed.await();
    box.lockctl(repo.path(), "run", "--worktree", "--", "git", "commit", "-q", "-n", "-am", "next")
        .run()
        .exits(0);
    assertTrue(Files.exists(repo.path().resolve(".git/worktrees/wt/index.lock")));
    other.open();
    neighbour.exits(0);
    repo.requireSound();
  }
}
