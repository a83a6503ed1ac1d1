package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Brokers that are started by those who could use one. */
@Timeout(120)
class AutostartIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private Json info() throws Exception {
    return Json.parse(box.lockctl(box.root(), "broker", "info", "--json").run().exits(0).out());
  }

  private String log() throws Exception {
    return Files.readString(box.state().resolve("lockbrokerd.log"));
  }

  @Test
  void many_who_wait_have_one_broker_started_and_who_does_not_wait_none() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    box.locked(repo.path(), "true").env("LOCKBROKER_AUTOSTART", "true").run().exits(0);
    Child holder = box.locked(repo.path(), gate.pass("holder")).start();
    gate.await("holder");
    assertFalse(Files.exists(box.socket()));
    List<Child> waiters = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiters.add(
          box.locked(repo.path(), "true", "--quiet").env("LOCKBROKER_AUTOSTART", "true").start());
    }
    Deadline.await("a broker listens", () -> Broker.accepts(box.socket()));
    Deadline.await("all are there", () -> info().number("sessions") == 5);
    gate.open();
    holder.exits(0);
    for (Child waiter : waiters) {
      assertEquals("", waiter.exits(0).err());
    }
    assertEquals(1, log().lines().filter(line -> line.contains(" listens on ")).count(), log());
    long broker = info().number("pid");
    List<String> environment = Os.environment(broker).toList();
    assertTrue(environment.contains("LOCKBROKER_IDLE_EXIT=10m"), environment.toString());
    assertEquals(Path.of("/"), Files.readSymbolicLink(Path.of("/proc/" + broker + "/cwd")));
  }

  @Test
  void git_says_so_too_unless_the_environment_says_otherwise() throws Exception {
    Repo repo = box.repo("repo");
    box.command(repo.path(), "git", "config", "lockbroker.autostart", "yes").run().exits(0);
    Gate gate = new Gate(box.folder("gate"));
    Child holder = box.locked(repo.path(), gate.pass("holder")).start();
    gate.await("holder");
    Child refusing =
        box.locked(repo.path(), "true", "--quiet", "--wait", "3s")
            .env("LOCKBROKER_AUTOSTART", "false")
            .run()
            .exits(75);
    assertEquals(1, refusing.errLines().size(), refusing.err());
    assertFalse(Files.exists(box.socket()));
    // The one that has it started is inside of another lease, which the broker must not keep.
    Repo other = box.repo("other");
    String lockctl = Sandbox.dist().resolve("bin/lockctl").toString();
    Child waiter =
        box.locked(
                other.path(),
                "cd " + repo.path() + " && '" + lockctl + "' run --quiet -- true",
                "--quiet")
            .start();
    Deadline.await("a broker listens", () -> Broker.accepts(box.socket()));
    assertTrue(
        Os.environment(info().number("pid")).noneMatch(v -> v.startsWith("LOCKBROKER_LEASE=")));
    gate.open();
    holder.exits(0);
    waiter.exits(0);
  }

  @Test
  void what_goes_wrong_is_told_once_and_everybody_goes_on_without() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Child holder = box.locked(repo.path(), gate.pass("holder")).start();
    gate.await("holder");
    List<Child> waiters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiters.add(
          box.locked(repo.path(), "true")
              .env("LOCKBROKER_AUTOSTART", "true")
              .env("LOCKBROKER_IDLE_EXIT", "soon")
              .start());
    }
    String cause = "LOCKBROKER_IDLE_EXIT takes a duration";
    for (Child waiter : waiters) {
      Deadline.await("it is told", () -> waiter.err().contains(cause));
    }
    gate.open();
    holder.exits(0);
    for (Child waiter : waiters) {
      waiter.exits(0);
      List<String> told = waiter.errLines().stream().filter(l -> l.contains(cause)).toList();
      assertEquals(1, told.size(), waiter.err());
      assertTrue(told.get(0).endsWith("; going on without it"), waiter.err());
    }
    Child wrong = box.locked(repo.path(), "true").env("LOCKBROKER_AUTOSTART", "perhaps").run();
    wrong.exits(78);
    assertEquals(1, wrong.errLines().size(), wrong.err());
  }

  @Test
  void a_newer_one_replaces_an_older_broker_and_an_older_one_none() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Path newer = Versions.copy(Sandbox.dist(), box.folder("newer"), "7.8.9");
    String newest = newer.resolve("bin/lockctl").toString();
    box.lockctl(box.root(), "broker", "start").run().exits(0);
    long former = info().number("pid");
    Child holder = box.locked(repo.path(), gate.pass("holder")).mode("broker").start();
    gate.await("holder");
    try (Journal journal = repo.journal().follow()) {
      Child waiter =
          box.command(repo.path(), newest, "run", "--quiet", "--", "true")
              .env("LOCKBROKER_AUTOSTART", "true")
              .start();
      journal.awaitWaiting(1);
      Deadline.await(
          "it is replaced",
          () -> {
            // For a moment there is none.
            Child info = box.lockctl(box.root(), "broker", "info", "--json").run();
            return info.exit() == 0 && Json.parse(info.out()).text("version").equals("7.8.9");
          });
      assertFalse(Os.isAlive(former));
      assertEquals(1, journal.held().size());
      assertEquals(1, journal.waiting().size());
      long next = info().number("pid");
      Child start = box.lockctl(box.root(), "broker", "start").run().exits(0);
      assertTrue(start.out().startsWith("already runs: broker 7.8.9, pid " + next), start.out());
      gate.open();
      holder.exits(0);
      waiter.exits(0);
      assertEquals("", waiter.err());
      assertEquals(2, journal.requests().size());
      assertEquals(List.of(), journal.violations());
    }
    repo.requireNoRuns();
  }
}
