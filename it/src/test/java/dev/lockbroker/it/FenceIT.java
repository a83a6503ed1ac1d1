package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The hook that keeps commands whose lease has ended from changing refs. */
class FenceIT {
  private static final String REFUSED = "lockctl: refused to change refs: lease ";

  @RegisterExtension final Sandbox box = new Sandbox();

  private Repo fenced(String name) throws Exception {
    Repo repo = box.repo(name);
    box.lockctl(repo.path(), "fence", "install").run().exits(0);
    return repo;
  }

  @Test
  void whoever_goes_on_without_his_lease_changes_no_ref() throws Exception {
    // Letters that the lease's tag writes as %XX.
    Repo repo = fenced("a ré%po");
    Path worktree = repo.worktree("linked");
    for (Path where : List.of(repo.path(), worktree)) {
      Gate gate = new Gate(box.folder("gate" + where.getFileName()));
      String script =
          gate.pass("late")
              + "; for c in 'commit -qm x --allow-empty' 'tag late' 'branch late'"
              + " 'update-ref refs/heads/late HEAD' 'tag -d base' 'stash -u -q'; do"
              + " git $c; echo $?; done; git rev-parse -q --verify base >&2 || echo gone";
      Files.writeString(where.resolve("new"), "new");
      Child late = box.locked(where, script, "--on-lost", "warn").start();
      gate.await("late");
      String before = repo.git("for-each-ref");
      force(repo);
      box.locked(where, "true").run().exits(0);
      gate.open();
      late.exits(0);
      assertTrue(late.out().matches("([1-9][0-9]*\n){6}"), late + late.out() + late.err());
      assertEquals(before, repo.git("for-each-ref"));
      assertEquals(6, late.errLines().stream().filter(l -> l.startsWith(REFUSED)).count());
      assertTrue(late.err().contains("LOCKBROKER_LEASE"), late.err());
      // The next holder is not in anybody's way.
      box.locked(where, "git commit -qm next --allow-empty").run().exits(0);
    }
  }

  private void force(Repo repo) throws Exception {
    try (Journal journal = repo.journal()) {
      List<Journal.Grant> grants = journal.grants();
      Journal.Grant last = grants.get(grants.size() - 1);
      box.lockctl(repo.path(), "force-release", "" + last.ticket(), "--token", "" + last.token())
          .run()
          .exits(0);
    }
  }

  @Test
  void holders_pass_and_so_does_whoever_has_no_lease() throws Exception {
    Repo repo = fenced("repo");
    Repo other = box.repo("other");
    String ended = box.locked(repo.path(), "echo $LOCKBROKER_LEASE").run().exits(0).out().strip();
    String commit = "git commit -qm x --allow-empty";
    box.command(repo.path(), "sh", "-c", commit).run().exits(0);
    box.locked(repo.path(), commit).run().exits(0);
    box.command(repo.path(), "sh", "-c", commit).env("LOCKBROKER_LEASE", ended).run().exits(128);
    // An ended lease of another repository, or around a held one, says nothing.
    box.command(other.path(), "sh", "-c", commit).env("LOCKBROKER_LEASE", ended).run().exits(0);
    box.locked(repo.path(), commit).env("LOCKBROKER_LEASE", ended).run().exits(0);
    String both = "lockctl() { '" + Sandbox.dist() + "/bin/lockctl' \"$@\"; }; lockctl run --repo ";
    box.locked(repo.path(), both + other.path() + " -- " + commit).run().exits(0);
    requireSeen(repo, "base", 4);
  }

  private static void requireSeen(Repo repo, String since, int commits) throws Exception {
    assertEquals(commits + "\n", repo.git("rev-list", "--count", since + "..HEAD"));
  }

  @Test
  void a_lease_that_the_clock_keeps_counts_until_it_is_ended() throws Exception {
    Repo repo = fenced("repo");
    Child holder = box.java(SdkHolder.class, repo.path(), 60_000).pipedStdin().start();
    Deadline.await("it is granted", () -> holder.out().endsWith("granted\n"));
    holder.stdin().write("tag\n".getBytes(StandardCharsets.UTF_8));
    holder.stdin().flush();
    Deadline.await("it tells its tag", () -> holder.out().lines().count() == 2);
    String tag = holder.out().lines().skip(1).findFirst().orElseThrow();
    box.command(repo.path(), "git", "tag", "in").env("LOCKBROKER_LEASE", tag).run().exits(0);
    holder.stdin().close();
    holder.exits(0);
    box.command(repo.path(), "git", "tag", "out").env("LOCKBROKER_LEASE", tag).run().exits(128);
    assertEquals("base\nin\n", repo.git("tag"));
  }

  @Test
  void the_hook_that_was_there_runs_and_is_put_back_as_it_was() throws Exception {
    Repo repo = box.repo("repo");
    repo.hook("reference-transaction", "echo \"$1\" >>seen; cat >>seen");
    Path hook = repo.path().resolve(".git/hooks/reference-transaction");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwx--x---"));
    byte[] script = Files.readAllBytes(hook);
    assertEquals(1, box.lockctl(repo.path(), "fence", "status").run().exit());
    for (int i = 0; i < 2; i++) {
      box.lockctl(repo.path(), "fence", "install").run().exits(0);
    }
    box.lockctl(repo.path(), "fence", "status").run().exits(0);
    String head = repo.git("rev-parse", "HEAD").strip();
    repo.git("tag", "one");
    String line = "0".repeat(40) + " " + head + " refs/tags/one\n";
    assertEquals(
        "prepared\n" + line + "committed\n" + line, Files.readString(repo.path().resolve("seen")));

    box.lockctl(box.root(), "fence", "remove", "--repo", repo.path().toString()).run().exits(0);
    assertEquals(new String(script, StandardCharsets.UTF_8), Files.readString(hook));
    assertEquals("rwx--x---", PosixFilePermissions.toString(Files.getPosixFilePermissions(hook)));
    assertTrue(Files.notExists(hook.resolveSibling(hook.getFileName() + ".before-lockbroker")));
    // Not ours: it stays.
    assertTrue(box.lockctl(repo.path(), "fence", "remove").run().exits(0).out().startsWith("no "));
    assertTrue(Files.exists(hook));

    Path bare = box.root().resolve("bare");
    repo.git("init", "-q", "--bare", "--template=", bare.toString());
    box.lockctl(bare, "fence", "install").run().exits(0);
    box.lockctl(bare, "fence", "status").run().exits(0);
    box.lockctl(bare, "fence", "remove").run().exits(0);
    assertTrue(Files.notExists(bare.resolve("hooks")), "its folder was made for it");
  }

  @Test
  void hooks_that_are_shared_are_not_changed_unasked() throws Exception {
    Repo repo = box.repo("repo");
    Path shared = Files.createDirectories(repo.path().resolve(".githooks"));
    Path hook = shared.resolve("reference-transaction");
    repo.git("config", "core.hooksPath", ".githooks");
    Child refused = box.lockctl(repo.path(), "fence", "install").run().exits(73);
    assertTrue(refused.err().contains("lockctl fence print"), refused.err());
    assertTrue(Files.notExists(hook));
    // By hand, as it says.
    String printed = box.lockctl(repo.path(), "fence", "print").run().exits(0).out();
    Files.writeString(hook, printed);
    assertTrue(hook.toFile().setExecutable(true));
    box.lockctl(repo.path(), "fence", "status").run().exits(0);
    box.lockctl(repo.path(), "fence", "install").run().exits(0);
    box.lockctl(repo.path(), "fence", "remove").run().exits(73);
    assertEquals(printed, Files.readString(hook));
    Files.delete(hook);
    // Made by a tool and ignored: of this working tree alone.
    Files.writeString(shared.resolve(".gitignore"), "*");
    box.lockctl(repo.path(), "fence", "install").run().exits(0);
    assertTrue(Files.exists(hook));
    box.lockctl(repo.path(), "fence", "remove").run().exits(0);
    // For all repositories of the user.
    repo.git("config", "--unset", "core.hooksPath");
    Path global = Files.writeString(box.root().resolve("gitconfig"), "");
    box.command(box.root(), "git", "config", "-f", global.toString(), "core.hooksPath", "~/hooks")
        .run()
        .exits(0);
    box.lockctl(repo.path(), "fence", "install").env("GIT_CONFIG_GLOBAL", global).run().exits(73);
    assertEquals(66, box.lockctl(box.root(), "fence", "install").run().exit());
  }
}
