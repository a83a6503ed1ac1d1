package dev.lockbroker.cli.git;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitDecisionTest {
  private static final Path HERE = Path.of("/work/repo");

  private final FakeRepository repository = new FakeRepository();

  @BeforeEach
  void has_two_branches() {
    repository.branches.addAll(List.of("main", "topic"));
  }

  private GitPlan plan(String... words) {
    return GitDecision.of(List.of(words), HERE, Map.of(), repository);
  }

  /** {@code read}, {@code pass}, or the claims in the working tree w, sorted. */
  private String of(String line) {
    GitPlan plan = plan(line.isEmpty() ? new String[0] : line.split(" ", -1));
    if (plan.kind() != GitPlan.Kind.CLAIM) {
      return plan.kind().name().toLowerCase(java.util.Locale.ROOT);
    }
    TreeSet<String> claims = new TreeSet<>();
    for (Claim claim : plan.claims("w")) {
      claims.add(claim.toString().replace("X:", ""));
    }
    return String.join(" ", claims);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "log -p",
        "diff --cached",
        "describe --dirty",
        "show HEAD",
        "stash list",
        "stash show -p",
        "branch",
        "branch --list x",
        "branch -a",
        "branch -vv",
        "branch -r",
        "branch --show-current",
        "branch --contains HEAD",
        "branch --merged main",
        "tag",
        "tag -l v*",
        "tag -n5",
        "tag --list",
        "tag --contains HEAD",
        "tag -v v1",
        "remote",
        "remote -v",
        "remote show origin",
        "remote get-url origin",
        "worktree list --porcelain",
        "config --get user.name",
        "config --list",
        "config -l",
        "config get user.name",
        "config list",
        "config user.name",
        "config --global --get-regexp a",
        "config -f x --get a.b",
        "reflog",
        "reflog show main",
        "reflog main",
        "notes",
        "notes show",
        "notes --ref x list",
        "submodule status",
        "submodule",
        "submodule --quiet status",
        "bisect log",
        "bisect view",
        "for-each-ref",
        "rev-parse HEAD",
        "cat-file -p HEAD",
        "ls-files",
        "fsck",
        "grep -h x",
        "symbolic-ref HEAD",
        "symbolic-ref -q --short HEAD",
        "sparse-checkout list",
        "commit-graph verify",
        "multi-pack-index --object-dir x verify",
        "hash-object x",
        "replace",
        "replace -l",
        "rerere status",
        "bundle create x HEAD",
        "archive HEAD",
        "difftool",
        "ls-remote origin",
        "blame x",
        "-C x -c a.b=c --no-pager log",
        "--git-dir=x --work-tree y status",
        "-p --literal-pathspecs --namespace z log",
        "branch --sort -committerdate",
        "branch --format x",
        "stash -q list",
        "check-ignore x"
      })
  void a_reader_takes_no_lock(String line) {
    assertEquals("read", of(line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--version",
        "-v",
        "--help",
        "-h",
        "help",
        "help commit",
        "version",
        "--exec-path",
        "--html-path",
        "--list-cmds=main",
        "commit --help",
        "foo --help",
        "commit -h",
        "gc -h",
        "clone a b",
        "init",
        "init new",
        "gui",
        "credential fill",
        "hook run pre-commit",
        "-C x --version",
        "-c a.b=c",
        "lfs pre-push origin x"
      })
  void what_touches_no_repository_is_passed_through(String line) {
    assertEquals("pass", of(line));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "add .|/worktree/w",
        "rm x|/worktree/w",
        "mv a b|/worktree/w",
        "commit -m x|/worktree/w",
        "commit -am --list|/worktree/w",
        "reset --hard|/worktree/w",
        "restore x|/worktree/w",
        "clean -fd|/worktree/w",
        "merge topic|/worktree/w",
        "cherry-pick x|/worktree/w",
        "revert x|/worktree/w",
        "am x|/worktree/w",
        "apply --index x|/worktree/w",
        "bisect start|/worktree/w",
        "bisect reset|/branch /worktree/w",
        "mergetool|/worktree/w",
        "update-index --refresh|/worktree/w",
        "write-tree|/worktree/w",
        "rebase main|/worktree/w",
        "rebase main topic|/branch/topic /worktree/w",
        "rebase --onto x main topic|/branch/topic /worktree/w",
        "rebase -i --autostash main|/stash /worktree/w",
        "rebase --root topic|/branch/topic /worktree/w",
        "checkout topic|/branch/topic /worktree/w",
        "checkout -f topic|/branch/topic /worktree/w",
        "checkout topic --|/branch/topic /worktree/w",
        "checkout -- file|/worktree/w",
        "checkout topic file|/worktree/w",
        "checkout topic -- file|/worktree/w",
        "checkout --detach topic|/worktree/w",
        "checkout HEAD~1|/worktree/w",
        "checkout -|/branch /worktree/w",
        "checkout @{-2}|/branch /worktree/w",
        "checkout feature|/branch/feature /config /ref/heads/feature /worktree/w",
        "checkout --no-guess feature|/branch/feature /worktree/w",
        "checkout -b new|/branch/new /ref/heads/new /worktree/w",
        "checkout -bnew|/branch/new /ref/heads/new /worktree/w",
        "checkout -qb new main|/branch/new /ref/heads/new /worktree/w",
        "checkout -b new origin/x|/branch/new /config /ref/heads/new /worktree/w",
        "checkout -b new --no-track origin/x|/branch/new /ref/heads/new /worktree/w",
        "checkout -B new|/branch/new /ref/heads/new /worktree/w",
        "checkout --orphan new|/branch/new /ref/heads/new /worktree/w",
        "checkout --orphan=new|/branch/new /ref/heads/new /worktree/w",
        "checkout --track origin/x|/branch /config /ref/heads /worktree/w",
        "switch topic|/branch/topic /worktree/w",
        "switch --force topic|/branch/topic /worktree/w",
        "switch -c new|/branch/new /ref/heads/new /worktree/w",
        "switch --create new|/branch/new /ref/heads/new /worktree/w",
        "switch --creat=new|/branch/new /ref/heads/new /worktree/w",
        "switch -d topic|/worktree/w",
        "switch a/b|/branch/a/b /config /ref/heads/a/b /worktree/w",
        "stash|/stash /worktree/w",
        "stash pop|/stash /worktree/w",
        "stash -m list|/stash /worktree/w",
        "stash -p|/stash /worktree/w",
        "stash branch x|/branch/x /ref/heads/x /stash /worktree/w",
        "tag v1|/ref/tags/v1",
        "tag -a v1 -m --list|/ref/tags/v1",
        "tag -m x v1 HEAD|/ref/tags/v1",
        "tag -am -l v1|/ref/tags/v1",
        "tag -d v1 v2|/ref/tags/v1 /ref/tags/v2",
        "tag -d 1 2 3 4 5|/ref/tags",
        "tag a/b|/ref/tags/a/b",
        "branch new|/ref/heads/new",
        "branch new main|/ref/heads/new",
        "branch new origin/x|/config /ref/heads/new",
        "branch --no-track new origin/x|/ref/heads/new",
        "branch -f main x|/branch/main /config /ref/heads/main",
        "branch -d topic|/branch/topic /config /ref/heads/topic",
        "branch -D a b|/branch/a /branch/b /config /ref/heads/a /ref/heads/b",
        "branch -D 1 2 3 4 5|/branch /config /ref/heads",
        "branch -dr origin/x|/config /fetch",
        "branch --del topic|/branch/topic /config /ref/heads/topic",
        "branch -u origin/x|/config",
        "branch --set-upstream-to=origin/x topic|/config",
        "branch --unset-upstream|/config",
        "branch --edit-description|/config",
        "branch -c main copy|/branch/copy /config /ref/heads/copy",
        "branch -m new|/",
        "branch -M a b|/",
        "branch --move a b|/",
        "branch --list --no-list x|/ref/heads/x",
        "update-ref refs/heads/x HEAD|/branch/x /ref/heads/x",
        "update-ref -m msg refs/x/y HEAD|/ref/x/y",
        "update-ref HEAD x|/worktree/w",
        "update-ref --stdin|/branch /ref /worktree/w",
        "symbolic-ref HEAD refs/heads/x|/branch/x /worktree/w",
        "symbolic-ref -d refs/x|/ref/x",
        "notes add -m x|/ref/notes",
        "notes --ref list add|/ref/notes",
        "replace a b|/ref/replace",
        "config a.b c|/config",
        "config --unset a.b|/config",
        "config --add a.b c|/config",
        "config set a.b c|/config",
        "config -e|/config",
        "config --file --list a.b c|/config",
        "remote add x y|/config",
        "remote add -f x y|/config /fetch",
        "remote remove x|/config /fetch",
        "remote set-url x y|/config",
        "remote update|/fetch",
        "remote -v update|/fetch",
        "remote prune x|/fetch",
        "submodule update|/config /worktree/w",
        "sparse-checkout set x|/config /worktree/w",
        "fetch|/fetch",
        "fetch --all --prune|/fetch",
        "fetch --set-upstream origin x|/config /fetch",
        "fetch --depth 1|/",
        "fetch --depth=1|/",
        "fetch --dep=1|/",
        "fetch --unshallow|/",
        "pull|/fetch /worktree/w",
        "pull --rebase --autostash|/fetch /stash /worktree/w",
        "pull --depth=1|/",
        "push|/fetch",
        "push -u origin x|/config /fetch",
        "push -fu origin x|/config /fetch",
        "push --set-upstream origin x|/config /fetch",
        "push --force-with-lease origin x|/fetch",
        "hash-object -w x|S:/objects",
        "commit-tree x|S:/objects",
        "merge-tree --write-tree a b|S:/objects",
        "gc|/",
        "repack -ad|/",
        "prune|/",
        "pack-refs --all|/",
        "maintenance run|/",
        "reflog expire --all|/",
        "reflog delete x|/",
        "commit-graph write|/",
        "worktree add x|/",
        "worktree remove x|/",
        "worktree prune|/",
        "filter-repo|/",
        "fast-import|/",
        "svn fetch|/",
        "nonsense|/",
        "--no-such-option commit|/",
        "bundle unbundle x|S:/objects"
      })
  void a_writer_claims_what_it_touches(String line, String expected) {
    assertEquals(expected, of(line));
  }

  @Test
  void options_before_the_command_say_where_it_works() {
    GitPlan plan = plan("-C", "a", "-C", "../b", "--git-dir=x", "--work-tree", "y", "add", ".");
    assertEquals(Path.of("/work/repo/a/../b"), plan.folder());
    assertEquals(Map.of("GIT_DIR", "x", "GIT_WORK_TREE", "y"), plan.environment());

    assertEquals(Path.of("/else"), plan("-C", "/else", "add").folder());
    assertEquals(HERE, plan("-C", "", "add").folder());
    assertEquals(Map.of("GIT_DIR", "/work/repo/x"), plan("-C", "x", "--bare", "gc").environment());
    assertEquals(
        Map.of("GIT_DIR", "mine"),
        GitDecision.of(List.of("--bare", "gc"), HERE, Map.of("GIT_DIR", "mine"), repository)
            .environment());
  }

  @Test
  void an_alias_is_what_it_stands_for() {
    repository.aliases.put("ci", "commit -v");
    repository.aliases.put("st", "status --short");
    repository.aliases.put("again", "ci --amend");
    repository.aliases.put("lg", "-c color.ui=always log");
    repository.aliases.put("nb", "checkout -b");
    repository.aliases.put("q", "tag -m 'a \"b\" --list' \"v 1\"");
    assertEquals("/worktree/w", of("ci -m x"));
    assertEquals("read", of("st"));
    assertEquals("/worktree/w", of("again"));
    assertEquals("read", of("lg"));
    assertEquals("/branch/x /ref/heads/x /worktree/w", of("nb x"));
    assertEquals("/ref/tags/v 1", of("q"));
  }

  @Test
  void an_alias_that_cannot_be_looked_into_takes_everything() {
    repository.aliases.put("sh", "!echo x");
    repository.aliases.put("a", "b");
    repository.aliases.put("b", "a");
    repository.aliases.put("open", "log 'x");
    repository.aliases.put("away", "-C /else log");
    repository.aliases.put("dir", "--git-dir=/else log");
    repository.aliases.put("empty", "");
    repository.aliases.put("program", "log");
    repository.programs.add("program");
    for (String line : List.of("sh", "a", "b", "open", "dir", "empty", "program", "foo")) {
      assertEquals("/", of(line), line);
      assertFalse(plan(line).isKnown(), line);
    }
    // Git refuses it; whatever is said of it does no harm.
    assertEquals("read", of("away"));
  }

  @Test
  void a_command_of_gits_own_is_no_alias_and_nobody_is_asked() {
    repository.aliases.put("commit", "log");
    repository.aliases.put("svn", "log");
    assertEquals("/worktree/w", of("commit"));
    assertEquals("/", of("svn"));
    assertEquals("read", of("log"));
    assertEquals(0, repository.aliasLookups);
  }

  @Test
  void the_upstream_that_push_writes_by_itself_is_a_setting() {
    repository.settings.add("push.autoSetupRemote");
    assertEquals("/config /fetch", of("push"));
    assertEquals("/config /fetch", of("push origin"));
    assertEquals("/fetch", of("push origin main"));
  }

  @Test
  void init_again_takes_the_repository_that_is_there() {
    repository.isThere = true;
    GitPlan again = plan("init", "-q", "--initial-branch", "x", "sub");
    assertEquals(List.of("/"), again.scopes());
    assertEquals(HERE.resolve("sub"), again.folder());
    assertEquals(Map.of("GIT_DIR", "/work/repo/sub/.git"), again.environment());
    assertEquals(Map.of("GIT_DIR", "/work/repo"), plan("init", "--bare").environment());
  }

  @Test
  void without_a_working_tree_what_needs_one_takes_everything() {
    assertEquals("[X:/]", plan("reset", "--soft", "x").claims(null).toString());
    assertEquals("[X:/fetch]", plan("pull").claims(null).toString());
    assertEquals("[X:/ref/tags/v]", plan("tag", "v").claims(null).toString());
  }

  @Test
  void maintenance_follows_what_git_lets_it_follow() {
    for (String line :
        List.of("commit", "merge x", "rebase x", "fetch", "pull", "am", "revert x")) {
      assertTrue(plan(line.split(" ", -1)).tidies(), line);
    }
    for (String line : List.of("add x", "tag v", "config a.b c", "gc")) {
      assertFalse(plan(line.split(" ", -1)).tidies(), line);
    }
  }

  @Test
  void whatever_it_is_given_it_never_throws_and_its_claims_are_claims() {
    Random random = new Random(20_211);
    List<String> vocabulary = new ArrayList<>(GitTable.readers());
    vocabulary.addAll(
        Arrays.asList(
            "",
            "-",
            "--",
            "--end-of-options",
            "-C",
            "-c",
            "--git-dir",
            "--git-dir=",
            "--bare",
            "--work-tree",
            "--namespace=",
            "--exec-path=",
            "-h",
            "--help",
            "branch",
            "checkout",
            "switch",
            "tag",
            "config",
            "remote",
            "stash",
            "notes",
            "fetch",
            "pull",
            "push",
            "rebase",
            "update-ref",
            "symbolic-ref",
            "init",
            "replace",
            "hash-object",
            "bisect",
            "worktree",
            "-b",
            "-B",
            "-c",
            "-d",
            "-D",
            "-m",
            "-u",
            "-f",
            "--orphan",
            "--track",
            "--list",
            "--no-",
            "--n",
            "--=x",
            "-=",
            "a b",
            "/",
            "//",
            "..",
            ".",
            "a/../b",
            "%",
            "\0",
            "\ud800",
            "ä",
            "x\udc00y",
            "loop",
            "odd",
            "!x",
            "@{-1}",
            "refs/heads/",
            "refs/",
            "--depth",
            "\t",
            "x".repeat(3000),
            "..../.",
            "sub command",
            "stash/list",
            "stash list",
            "log/"));
    repository.aliases.put("loop", "loop");
    repository.aliases.put("odd", "-C \\");
    for (int i = 0; i < 200_000; i++) {
      List<String> words = new ArrayList<>();
      for (int length = random.nextInt(7); length > 0; length--) {
        words.add(vocabulary.get(random.nextInt(vocabulary.size())));
      }
      GitPlan plan = GitDecision.of(words, HERE, Map.of(), repository);
      new Claims(plan.claims(i % 2 == 0 ? "w" : null));
    }
  }
}
