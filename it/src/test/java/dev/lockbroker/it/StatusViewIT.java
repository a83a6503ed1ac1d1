package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code status} says to do next, and that its JSON is as it is described. */
class StatusViewIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private Json status(Repo repo) throws Exception {
    String json = box.lockctl(repo.path(), "status", "--json").run().out();
    Path schema = Sandbox.dist().resolve("../../../docs/status.schema.json");
    assertEquals(List.of(), new Schema(Files.readString(schema)).faultsOf(json), json);
    return Json.parse(json).list("repositories").get(0);
  }

  private void requireNext(Repo repo, String action, String step) throws Exception {
    Json repository = status(repo);
    assertEquals(action, repository.text("next_action"), repository.toString());
    assertTrue(repository.text("next_step").contains(step), repository.text("next_step"));
    if (!action.equals("none")) {
      String table = box.lockctl(repo.path(), "status").run().out();
      assertTrue(table.contains("next: ") && table.contains(step), table);
    }
  }

  @Test
  void status_says_what_to_do_next() throws Exception {
    Repo repo = box.repo("repo");
    requireNext(repo, "none", "");

    // A lock of git's that nobody can need is to be looked at, but not before it has lasted.
    Path lock = Files.createFile(repo.path().resolve(".git/index.lock"));
    requireNext(repo, "wait", lock.toString());
    Gate gate = new Gate(box.folder("gate"));
    repo.hook("pre-commit", gate.pass("hook"));
    try (Journal journal = repo.journal()) {
      Child holder = box.locked(repo.path(), gate.pass("holder"), "--git-locks", "ignore").start();
      long command = gate.await("holder");
      requireNext(repo, "wait", "pid " + command);
      Child waiter = box.locked(repo.path(), "true", "--git-locks", "ignore").start();
      journal.awaitWaiting(1);
      Os.signal("STOP", command);
      requireNext(repo, "wait", "kill -CONT " + command);
      holder.signal("KILL");
      holder.await();
      requireNext(repo, "end_orphan", "kill " + command);
      box.broker();
      Json orphan = status(repo); // the broker is in the JSON as well
      assertEquals(1, orphan.list("gitLocks").size(), orphan.toString());
      Os.signal("KILL", command);
      waiter.exits(0);

      Gate last = new Gate(box.folder("last"));
      Child dead =
          box.locked(repo.path(), last.arrive("x") + "; exec sleep 1000", "--git-locks", "ignore")
              .start();
      long sleeper = last.await("x");
      dead.signal("KILL");
      Os.signal("KILL", sleeper);
      dead.await();
      Deadline.await("both have ended", () -> !Os.isAlive(sleeper));
      requireNext(repo, "clear_stale", "lockctl run --repo");
      box.lockctl(repo.path(), "run", "--git-locks", "ignore", "--", "true").run().exits(0);

      Deadline.await("the lock is old enough", () -> age(repo) >= 10_000);
      requireNext(repo, "inspect_git_lock", "rm " + lock);
      assertEquals(List.of(), journal.violations());
    }
    Files.deleteIfExists(lock);
    Files.writeString(repo.locks().resolve("journal"), "x\n", StandardOpenOption.APPEND);
    requireNext(repo, "clear_stale", "lockctl reset --repo");
  }

  private long age(Repo repo) throws Exception {
    List<Json> locks = status(repo).list("gitLocks");
    assumeTrue(!locks.isEmpty(), "somebody has proved the lock to be dead");
    return locks.get(0).number("ageMillis");
  }

  @Test
  void status_watch_tells_changes_and_ends_on_a_signal() throws Exception {
    Repo repo = box.repo("repo");
    Child watch = box.lockctl(repo.path(), "status", "--watch").start();
    Deadline.await("it has looked once", () -> watch.out().contains("free"));
    Gate gate = new Gate(box.folder("gate"));
    Child holder = box.locked(repo.path(), gate.pass("holder"), "--label", "seen").start();
    gate.await("holder");
    Deadline.await("it tells of the holder", () -> watch.out().contains("seen"));
    String before = watch.out();
    Thread.sleep(1_500);
    assertEquals(before, watch.out(), "nothing has changed but the time");
    watch.signal("TERM");
    watch.exits(143);
    assertEquals("", watch.err());
    gate.open();
    holder.exits(0);
    Child missing = box.lockctl(repo.path(), "status").mode("broker").run().exits(0);
    assertTrue(missing.out().contains("next: ") && missing.out().contains("lockctl broker start"));
  }
}
