package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.cli.git.GitDecision;
import dev.lockbroker.cli.git.GitInvocation;
import dev.lockbroker.cli.git.GitLookup;
import dev.lockbroker.cli.git.GitPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code lockctl git}: the lock that fits, and otherwise git as it is. */
class GitCommandIT {
  private static final Duration A_WHILE = Duration.ofMillis(500);

  @RegisterExtension final Sandbox box = new Sandbox();

  private Command git(Path where, String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "git";
    System.arraycopy(words, 0, all, 1, words.length);
    return box.lockctl(where, all);
  }

  /** What was claimed meanwhile, by each command that claimed anything. */
  private static List<String> claims(Journal journal, int from) throws Exception {
    List<String> all = new ArrayList<>();
    for (Journal.Wait wait : journal.requests()) {
      all.add(wait.claims());
    }
    return all.subList(from, all.size());
  }

  @Test
  void every_command_of_the_installed_git_is_known_or_takes_everything() throws Exception {
    Repo repo = box.repo("repo");
    List<String> unknown = new ArrayList<>();
    for (String word : repo.git("--list-cmds=main,nohelpers").lines().toList()) {
      GitPlan plan = GitDecision.of(List.of(word, "x"), repo.path(), Map.of(), new Nothing());
      if (!plan.isKnown()) {
        unknown.add(word);
      }
    }
    assertEquals(List.of(), unknown, "commands that no row of GitTable speaks of");
    for (String word : repo.git("--list-cmds=others,nohelpers").lines().toList()) {
      GitPlan plan = GitDecision.of(List.of(word, "x"), repo.path(), Map.of(), new Nothing());
      assertTrue(plan.isKnown() || plan.scopes().equals(List.of("/")), word);
    }
  }

  @Test
  void it_is_git_in_every_byte_and_every_status() throws Exception {
    Repo plain = box.repo("one");
    Repo ours = box.repo("two");
    List<List<String>> lines = new ArrayList<>();
    for (String line :
        List.of(
            "status --porcelain",
            "add nothing",
            "commit -m none",
            "log --oneline",
            "branch x",
            "branch x",
            "branch -d nosuch",
            "checkout nosuch",
            "checkout x",
            "switch -c y",
            "tag v1",
            "tag v1",
            "tag -l",
            "config a.b c",
            "config a.b",
            "config a.nosuch",
            "stash",
            "stash list",
            "diff --exit-code",
            "rev-parse --verify nosuch",
            "nosuchcommand",
            "--version",
            "--nosuchoption",
            "commit -h",
            "merge nosuch",
            "rebase nosuch",
            "update-ref refs/x/y HEAD",
            "show-ref",
            "reset --hard nosuch",
            "remote -v",
            "worktree list --porcelain -x",
            "fetch nosuch",
            "gc --quiet",
            "for-each-ref",
            "symbolic-ref HEAD",
            "-c alias.l=log l --oneline",
            "-c alias.f=!false f",
            "-C nosuch status",
            "--git-dir=nosuch add x")) {
      lines.add(List.of(line.split(" ", -1)));
    }
    lines.add(List.of("commit", "--allow-empty", "-m", "two words 'and' \"quotes\" $x *"));
    lines.add(List.of("log", "-1", "--format=%B"));
    for (List<String> line : lines) {
      String[] words = line.toArray(new String[0]);
      Child expected = dated(gitItself(plain.path(), words)).run();
      Child actual = dated(git(ours.path(), words)).run();
      assertEquals(expected.exit(), actual.exit(), () -> line + "\n" + actual.err());
      assertEquals(at(expected.out(), plain), at(actual.out(), ours), line.toString());
      assertEquals(at(expected.err(), plain), at(actual.err(), ours), line.toString());
    }
    assertEquals(plain.git("log", "--all", "--format=%H"), ours.git("log", "--all", "--format=%H"));
    ours.requireSound();
  }

  private Command gitItself(Path where, String... words) {
    return box.command(
        where, Stream.concat(Stream.of("git"), Stream.of(words)).toArray(String[]::new));
  }

  private static Command dated(Command command) {
    return command
        .env("GIT_AUTHOR_DATE", "@1700000000 +0000")
        .env("GIT_COMMITTER_DATE", "@1700000000 +0000");
  }

  private static String at(String text, Repo repo) {
    return text.replace(repo.path().toString(), "REPO");
  }

  @Test
  void outside_of_a_repository_git_says_so_itself_and_nothing_is_left_there() throws Exception {
    Path outside = box.folder("outside");
    git(outside, "init", "-q", "new").run().exits(0);
    assertTrue(Files.isDirectory(outside.resolve("new/.git")));
    assertFalse(Files.exists(outside.resolve("new/.git/lockbroker")));
    git(outside, "clone", "-q", "new", "copy").run().exits(0);
    Child add = git(outside, "add", "x").run().exits(128);
    assertEquals("fatal: not a git repository", add.err().substring(0, 27));
    Files.writeString(
        Files.createDirectory(outside.resolve("bad")).resolve(".git"), "gitdir: /no\n");
    assertTrue(
        git(outside.resolve("bad"), "add", "x").run().exits(128).err().startsWith("fatal: "));
  }

  @Test
  void claims_are_those_of_the_place_that_is_meant() throws Exception {
    Repo repo = box.repo("repo");
    Path tree = repo.worktree("tree");
    Path elsewhere = box.folder("elsewhere");
    repo.git("config", "alias.keep", "stash");
    repo.git("config", "alias.k2", "keep push");
    repo.git("config", "alias.sh", "!git rev-parse --git-dir");
    git(repo.path(), "add", ".").run().exits(0);
    try (Journal journal = repo.journal()) {
      int before = journal.requests().size();
      git(tree, "add", ".").run().exits(0);
      git(elsewhere, "-C", tree.toString(), "reset", "-q").run().exits(0);
      git(elsewhere, "--git-dir", repo.path() + "/.git", "tag", "a/b").run().exits(0);
      git(elsewhere, "update-ref", "refs/x", "HEAD")
          .env("GIT_DIR", repo.path().resolve(".git/worktrees/tree"))
          .run()
          .exits(0);
      git(tree, "k2").run().exits(0);
      git(tree, "sh").run().exits(0);
      git(tree, "-c", "alias.x=switch -q -c", "x", "new").run().exits(0);
      repo.git("branch", "packed");
      repo.git("pack-refs", "--all");
      git(repo.path(), "switch", "-q", "packed").run().exits(0);
      git(elsewhere, "init", "-q", repo.path().toString()).run().exits(0);
      assertEquals(
          List.of(
              "X:/worktree/tree",
              "X:/worktree/tree",
              "X:/ref/tags/a/b",
              "X:/ref/x",
              "X:/worktree/tree,X:/stash",
              "X:/",
              "X:/worktree/tree,X:/branch/new,X:/ref/heads/new",
              "X:/worktree/:main,X:/branch/packed",
              "X:/"),
          claims(journal, before));
    }
  }

  @Test
  void a_reader_waits_for_nobody_and_a_writer_waits_its_turn() throws Exception {
    Repo repo = box.repo("repo");
    Path tree = repo.worktree("tree");
    Gate gate = new Gate(box.folder("gate"));
    Child holder = box.locked(repo.path(), gate.pass("holder")).start();
    gate.await("holder");
    git(repo.path(), "status").run().exits(0);
    git(tree, "log", "-1").run().exits(0);
    assertEquals(
        "optional=0\n", textconv(repo, "echo optional=$GIT_OPTIONAL_LOCKS >&2; cat \"$1\"").err());
    Child late = git(tree, "tag", "late").env("LOCKBROKER_WAIT", "none").run().exits(75);
    assertTrue(late.err().startsWith("lockctl: "), late.err());
    git(tree, "tag", "aside").env("LOCKBROKER_DISABLE", "1").run().exits(0);
    git(tree, "tag", "x").env("LOCKBROKER_WAIT", "often").run().exits(78);
    Child waits = git(tree, "tag", "waits").env("LOCKBROKER_LABEL", "patience").start();
    try (Journal journal = repo.journal()) {
      journal.awaitWaiting(1);
      assertEquals("patience", journal.waiting().get(0).label());
      Deadline.stays(A_WHILE, "it waits", () -> waits.isAlive());
    }
    gate.open();
    holder.exits(0);
    waits.exits(0);
    assertEquals("aside\nbase\nwaits\n", repo.git("tag"));
  }

  /** Git starts a program of the user's while it reads. */
  private Child textconv(Repo repo, String script) throws Exception {
    Path program = box.root().resolve("textconv");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    assertTrue(program.toFile().setExecutable(true));
    Files.writeString(repo.path().resolve(".git/info/attributes"), "* diff=odd\n");
    repo.git("config", "diff.odd.textconv", program.toString());
    Files.writeString(repo.path().resolve("odd"), "odd\n");
    repo.git("add", "odd");
    return git(repo.path(), "diff", "--cached", "--textconv").run().exits(0);
  }

  @Test
  void a_hook_may_use_git_even_while_others_wait_for_everything() throws Exception {
    Repo repo = box.repo("repo");
    Path tree = repo.worktree("tree");
    String lockctl = "'" + Sandbox.dist().resolve("bin/lockctl") + "' git ";
    Gate gate = new Gate(box.folder("gate"));
    repo.hook(
        "pre-commit",
        "exec >&2\n"
            + gate.pass("hook")
            + "\n"
            + lockctl
            + "tag -f in-hook || exit 91\n"
            + lockctl
            + "config in.hook yes || exit 92\n"
            + lockctl
            + "stash create || exit 93\n"
            + lockctl
            + "add -u || exit 94\n"
            + lockctl
            + "nosuchcommand; [ $? = 1 ] || exit 95\n"
            + lockctl
            + "gc -q; [ $? = 79 ] || exit 96\n"
            + lockctl
            + "-C '"
            + repo.path()
            + "' add . || exit 97\n");
    Files.writeString(tree.resolve("f"), "f\n");
    git(tree, "add", "f").run().exits(0);
    Child commit = git(tree, "commit", "-q", "-m", "f").start();
    gate.await("hook");
    Gate other = new Gate(box.folder("other"));
    String passing = other.arrive("other") + "; until [ -e '" + box.root() + "/gate/open' ]";
    box.locked(repo.path(), passing + "; do sleep 0.02; done; sleep 1", "--scope", "/config")
        .start();
    other.await("other");
    Child everything = git(repo.path(), "pack-refs", "--all").start();
    try (Journal journal = repo.journal()) {
      journal.awaitWaiting(1);
      gate.open();
      commit.exits(0);
      everything.exits(0);
      assertEquals(List.of(), journal.violations());
    }
    assertTrue(repo.git("tag").contains("in-hook"));
    assertEquals("yes\n", repo.git("config", "in.hook"));
    repo.requireSound();
  }

  @Test
  void a_hook_passes_nobody_who_could_begin_beside_it() throws Exception {
    Repo repo = box.repo("repo");
    Path tree = repo.worktree("tree");
    repo.git("branch", "foo");
    Gate gate = new Gate(box.folder("gate"));
    String lockctl = "'" + Sandbox.dist().resolve("bin/lockctl") + "'";
    // A newcomer in that working tree would be granted at once: nobody waits for it.
    String inside = lockctl + " git -C '" + tree + "' switch -q foo; echo \"switch $?\"";
    try (Journal journal = repo.journal()) {
      Child outer =
          box.lockctl(
                  repo.path(),
                  "run",
                  "--worktree",
                  "--",
                  "sh",
                  "-c",
                  gate.pass("o") + "; " + inside)
              .start();
      gate.await("o");
      Child waiter = git(repo.path(), "switch", "-q", "foo").start();
      journal.awaitWaiting(1);
      gate.open();
      outer.exits(0);
      assertEquals("switch 79\n", outer.out(), outer.err());
      waiter.exits(0);
      assertEquals(List.of(), journal.violations());
    }
  }

  @Test
  void an_unknown_command_joins_no_lease_of_something_else() throws Exception {
    Repo repo = box.repo("repo");
    repo.git("config", "alias.sh", "!touch ran");
    String lockctl = Sandbox.dist().resolve("bin/lockctl").toString();
    Child small =
        box.lockctl(repo.path(), "run", "--scope", "/name/a", "--", lockctl, "git", "sh")
            .run()
            .exits(79);
    assertEquals(1, small.errLines().size(), small.err());
    assertFalse(Files.exists(repo.path().resolve("ran")));
    box.lockctl(repo.path(), "run", "--worktree", "--", lockctl, "git", "sh").run().exits(0);
    assertTrue(Files.exists(repo.path().resolve("ran")));
  }

  @Test
  void children_get_settings_that_end_with_the_lock_and_keep_those_they_had() throws Exception {
    Repo repo = box.repo("repo");
    repo.git("config", "--unset", "gc.auto");
    repo.git("config", "core.packedRefsTimeout", "77");
    repo.hook(
        "pre-commit",
        "exec >&2; for k in gc.auto maintenance.auto core.filesRefLockTimeout"
            + " core.packedRefsTimeout my.own; do echo $k=$(git config $k); done");
    Child commit =
        git(repo.path(), "commit", "-q", "--allow-empty", "-m", "x")
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "my.own")
            .env("GIT_CONFIG_VALUE_0", "kept")
            .run()
            .exits(0);
    assertEquals(
        List.of(
            "gc.auto=0",
            "maintenance.auto=false",
            "core.filesRefLockTimeout=5000",
            "core.packedRefsTimeout=77",
            "my.own=kept"),
        commit.errLines());
    assertEquals("", git(repo.path(), "config", "gc.auto").run().exits(1).out());
  }

  @Test
  void maintenance_is_done_when_nobody_waits_and_only_if_the_user_lets_it() throws Exception {
    Repo repo = box.repo("repo");
    for (int i = 0; i < 3; i++) {
      repo.git("commit", "-q", "--allow-empty", "-m", "p" + i);
      repo.git("repack", "-q");
    }
    assertEquals(3, packs(repo));
    repo.git("config", "gc.auto", "1000000");
    repo.git("config", "gc.autoPackLimit", "1");
    commit(repo, "off");
    assertFalse(Files.exists(repo.locks().resolve("maintenance")));
    repo.git("config", "maintenance.auto", "false");
    commit(repo, "0s");
    assertTrue(Files.exists(repo.locks().resolve("maintenance")));
    repo.git("config", "--unset", "maintenance.auto");
    commit(repo, "auto");
    Deadline.stays(A_WHILE, "it was off, then not due", () -> packs(repo) == 3);
    commit(repo, "0s");
    Deadline.await("git has tidied up", () -> packs(repo) == 1);
    try (Journal journal = repo.journal()) {
      Deadline.await("its lock is given back", () -> journal.held().isEmpty());
      List<Journal.Wait> all = journal.requests();
      assertEquals("git maintenance", all.get(all.size() - 1).label().replace("%20", " "));
      assertEquals(List.of(), journal.violations());
    }
    repo.requireSound();
  }

  private void commit(Repo repo, String maintenance) throws Exception {
    git(repo.path(), "commit", "-q", "--allow-empty", "-m", "x")
        .env("LOCKBROKER_MAINTENANCE", maintenance)
        .run()
        .exits(0);
  }

  private static int packs(Repo repo) throws Exception {
    try (Stream<Path> files = Files.list(repo.path().resolve(".git/objects/pack"))) {
      return (int) files.filter(file -> file.toString().endsWith(".pack")).count();
    }
  }

  @Test
  void the_real_git_is_found_behind_ours() throws Exception {
    Repo repo = box.repo("repo");
    Path shims = box.folder("shims");
    Path shim = shims.resolve("git");
    Files.writeString(
        shim,
        "#!/bin/sh\n# lockbroker-shim\nexec '"
            + Sandbox.dist().resolve("bin/lockctl")
            + "' git \"$@\"\n");
    assertTrue(shim.toFile().setExecutable(true));
    String path = shims + ":" + box.environment().get("PATH");
    Child tag = box.command(repo.path(), "git", "tag", "v").env("PATH", path).start();
    tag.exits(0);
    box.command(repo.path(), shim.toString(), "tag", "w")
        .env("PATH", path)
        .env("LOCKBROKER_GIT", shim)
        .run()
        .exits(0);
    assertEquals("base\nv\nw\n", repo.git("tag"));

    Path other = box.root().resolve("other-git");
    Files.writeString(other, "#!/bin/sh\necho other \"$@\"\nexit 5\n");
    assertTrue(other.toFile().setExecutable(true));
    Child chosen = git(repo.path(), "tag", "x").env("LOCKBROKER_GIT", other).run().exits(5);
    assertEquals("other tag x\n", chosen.out());

    Path tools = box.folder("tools");
    for (String tool : List.of("sh", "readlink", "dirname", "java")) {
      Child found = box.command(tools, "sh", "-c", "command -v " + tool).run();
      if (found.exit() == 0) {
        Files.createSymbolicLink(tools.resolve(tool), Path.of(found.out().strip()));
      }
    }
    Child none = git(repo.path(), "tag", "y").env("PATH", shims + ":" + tools).run().exits(127);
    assertEquals(1, none.errLines().size(), none.err());
    assertTrue(none.err().startsWith("lockctl: there is no git"), none.err());
  }

  @Test
  void a_signal_reaches_git_and_its_end_is_told() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    repo.hook("pre-commit", "exec >&2\n" + gate.pass("hook"));
    Child commit = git(repo.path(), "commit", "-q", "--allow-empty", "-m", "x").start();
    long hook = gate.await("hook");
    long parent = ProcessHandle.of(hook).orElseThrow().parent().orElseThrow().pid();
    commit.signal("TERM");
    Deadline.await("git has ended", () -> !Os.isAlive(parent));
    Deadline.stays(A_WHILE, "its hook keeps the lock", commit::isAlive);
    gate.open();
    commit.exits(128 + 15);
    git(repo.path(), "tag", "after").run().exits(0);
    assertEquals(
        new TreeSet<>(List.of("after", "base")), new TreeSet<>(repo.git("tag").lines().toList()));
    repo.requireSound();
  }

  /** A repository without aliases, branches and settings. */
  private static final class Nothing implements GitLookup {
    @Override
    public @Nullable String alias(GitInvocation invocation, String name) {
      return null;
    }

    @Override
    public boolean hasProgram(String name) {
      return false;
    }

    @Override
    public boolean isTrue(GitInvocation invocation, String key) {
      return false;
    }

    @Override
    public boolean isRepository(Path folder, Map<String, String> environment) {
      return true;
    }

    @Override
    public boolean hasBranch(GitInvocation invocation, String name) {
      return false;
    }
  }
}
