package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking on, intervening, and the broker's own life. */
class StatusIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void status_shows_holders_and_waiters(String mode) throws Exception {
    if (mode.equals("broker")) {
      box.broker();
    }
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = repo.journal()) {
      Child holder =
          box.locked(repo.path(), gate.pass("holder"), "--label", "evil \u001b[31m\"x\"")
              .mode(mode)
              .start();
      long command = gate.await("holder");
      Child waiter = box.locked(repo.path(), "true", "--shared").mode(mode).start();
      journal.awaitWaiting(1);

      String text = box.lockctl(repo.path(), "status").run().exits(0).out();
      assertTrue(text.contains(Long.toString(journal.held().get(0).ticket())), text);
      assertTrue(text.contains("held") && text.contains("waiting 1/1"), text);
      assertTrue(text.indexOf('\u001b') < 0, "an escape sequence reaches the terminal");

      // From elsewhere every repository ever used is shown.
      String json = box.lockctl(box.root(), "status", "--json").run().exits(0).out();
      Json repository =
          Json.parse(json).list("repositories").stream()
              .filter(each -> each.text("path").equals(repo.path().toString()))
              .findFirst()
              .orElseThrow(() -> new AssertionError(json));
      List<Json> tickets = repository.list("tickets");
      assertEquals(2, tickets.size(), json);
      assertEquals(journal.held().get(0).ticket(), tickets.get(0).number("ticket"));
      assertEquals(journal.grants().get(0).token(), tickets.get(0).number("token"));
      assertTrue(tickets.get(0).toString().contains(Long.toString(command)), json);
      assertEquals(journal.waiting().get(0).ticket(), tickets.get(1).number("ticket"));
      assertEquals(mode.equals("direct"), Json.parse(json).isNull("broker"), json);

      gate.open();
      holder.exits(0);
      waiter.exits(0);
      text = box.lockctl(repo.path(), "status").run().exits(0).out();
      assertTrue(text.contains("free"), text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_lease_is_ended_by_force_with_the_right_token_only(String mode) throws Exception {
    if (mode.equals("broker")) {
      box.broker();
    }
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Gate next = new Gate(box.folder("next"));
    try (Journal journal = repo.journal()) {
      Child holder = box.locked(repo.path(), gate.pass("holder")).mode(mode).start();
      long command = gate.await("holder");
      Child waiter = box.locked(repo.path(), next.pass("next")).mode(mode).start();
      journal.awaitWaiting(1);
      Journal.Grant grant = journal.grants().get(0);
      requireOneLine(force(repo, grant.ticket(), grant.token() + 1).exits(65));
      requireOneLine(force(repo, grant.ticket() + 1000, grant.token()).exits(65));
      assertEquals(1, journal.waiting().size());

      String said = force(repo, grant.ticket(), grant.token()).exits(0).out();
      assertTrue(said.contains(Long.toString(command)), said);
      next.await("next");
      assertEquals("forced", journal.ends().get(grant.ticket()));
      // Its command is told to stop, and lockctl says why.
      holder.exits(143);
      assertTrue(holder.err().contains("force-release"), holder.err());
      assertTrue(holder.errLines().stream().allMatch(line -> line.startsWith("lockctl: ")));
      next.open();
      waiter.exits(0);
      assertEquals(List.of(), journal.violations());
      repo.requireNoRuns();
    }
  }

  private Child force(Repo repo, long ticket, long token) throws Exception {
    return box.lockctl(repo.path(), "force-release", "" + ticket, "--token", "" + token).run();
  }

  private static void requireOneLine(Child child) {
    assertEquals(1, child.errLines().size(), child.err());
    assertTrue(child.err().startsWith("lockctl: "), child.err());
  }

  @Test
  void a_broker_is_started_described_and_stopped() throws Exception {
    assertEquals(69, box.lockctl(box.root(), "broker", "info").run().exit());
    requireOneLine(box.lockctl(box.root(), "broker", "stop").run().exits(69));
    long start = System.nanoTime();
    box.lockctl(box.root(), "broker", "start").run().exits(0);
    long took = System.nanoTime() - start;
    Json info = info();
    long pid = info.number("pid");
    assertTrue(Os.isAlive(pid));
    assertEquals(box.socket().toString(), info.text("socket"));

    // Starting it again changes nothing.
    box.lockctl(box.root(), "broker", "start").run().exits(0);
    assertEquals(pid, info().number("pid"));

    box.lockctl(box.root(), "broker", "stop").run().exits(0);
    assertTrue(!Os.isAlive(pid));
    assertTrue(Files.notExists(box.socket()));
    Figures.print("broker start: %s until it answers, as a command", Figures.time(took));
  }

  private Json info() throws Exception {
    return Json.parse(box.lockctl(box.root(), "broker", "info", "--json").run().exits(0).out());
  }

  @Test
  void the_socket_of_a_killed_broker_is_replaced() throws Exception {
    box.broker().kill();
    assertTrue(Files.exists(box.socket()));
    Repo repo = box.repo("repo");
    box.locked(repo.path(), "true").run().exits(0);
    requireOneLine(box.lockctl(box.root(), "broker", "info").run().exits(69));
    Broker next = box.broker();
    next.requireUnharmed();
    box.locked(repo.path(), "true").mode("broker").run().exits(0);
  }

  @Test
  void a_broker_ends_in_order_on_a_signal() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Broker broker = box.broker();
    Child holder = box.locked(repo.path(), gate.pass("holder")).mode("broker").start();
    gate.await("holder");
    broker.process().signal("TERM");
    int exit = broker.process().exit();
    assertTrue(exit == 0 || exit == 143, "exit " + exit);
    assertTrue(Files.notExists(box.socket()));
    gate.open();
    holder.exits(0);
    assertEquals("", holder.err());
    repo.requireNoRuns();
  }

  @Test
  void a_broker_at_rest_costs_nothing() throws Exception {
    Broker broker = box.broker();
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    for (int i = 0; i < 5; i++) {
      box.locked(repo.path(), "true").mode("broker").run().exits(0);
    }
    Thread.sleep(1_000); // what its start has left to do
    long idle = ticksIn(broker, Duration.ofSeconds(3));
    Child holder = box.locked(repo.path(), gate.pass("holder")).mode("broker").start();
    gate.await("holder");
    long holding = ticksIn(broker, Duration.ofSeconds(3));
    Figures.print(
        "broker at rest: %d ms CPU in 3 s, with one lease held %d ms; RSS %d MiB",
        10 * idle, 10 * holding, Os.residentKilobytes(broker.pid()) / 1024);
    gate.open();
    holder.exits(0);
    assertTrue(idle <= 2, "a broker with nobody there has worked for " + 10 * idle + " ms");
    assertTrue(holding <= 60, "a broker with one lease has worked for " + 10 * holding + " ms");
  }

  private static long ticksIn(Broker broker, Duration time) throws Exception {
    long before = Os.cpuTicks(broker.pid());
    Thread.sleep(time.toMillis());
    return Os.cpuTicks(broker.pid()) - before;
  }
}
