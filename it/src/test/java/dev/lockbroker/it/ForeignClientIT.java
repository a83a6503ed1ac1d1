package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Node and its own gRPC library, with nothing of ours but the .proto file. */
class ForeignClientIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @BeforeAll
  static void install() throws Exception {
    Node.require();
  }

  @Test
  void a_killed_foreign_holder_passes_the_lock_on() throws Exception {
    Broker broker = box.broker();
    Repo repo = box.repo("repo");
    try (Journal journal = repo.journal().follow()) {
      Child holder = Node.client(box, "hold", repo.path()).start();
      Deadline.await("node is granted", () -> holder.out().contains("granted"));
      assertTrue(holder.out().startsWith("welcome 1 " + broker.pid()), holder.out());
      assertEquals(holder.pid(), journal.held().get(0).pid());

      Child second = Node.client(box, "hold", repo.path()).start();
      Deadline.await("another node waits", () -> second.out().contains("queued 1 1"));
      Child third = box.locked(repo.path(), "true").start();
      journal.awaitWaiting(2);

      passOn(journal, holder, 1, "a Node client killed, another Node client waits");
      Deadline.await("the other one is granted", () -> second.out().contains("granted"));
      passOn(journal, second, 2, "a Node client killed, lockctl waits");
      third.exits(0);
      assertEquals(List.of(), journal.violations());
      broker.requireUnharmed();
    }
  }

  private static void passOn(Journal journal, Child holder, int next, String what)
      throws Exception {
    long killed = System.nanoTime();
    holder.signal("KILL");
    Journal.Grant grant = journal.awaitGrant(journal.requests().get(next).ticket());
    Figures.print("%s: granted after %s", what, Figures.time(grant.sinceNanos() - killed));
  }

  @Test
  void a_foreign_client_releases() throws Exception {
    box.broker();
    Repo repo = box.repo("repo");
    Child client = Node.client(box, "once", repo.path()).run().exits(0);
    assertTrue(client.out().contains("released"), client.out());
    try (Journal journal = repo.journal()) {
      assertEquals(List.of(), journal.held());
      assertEquals(List.of("released"), List.copyOf(journal.ends().values()));
    }
  }

  @Test
  void tools_can_ask_for_health_services_and_information() throws Exception {
    Broker broker = box.broker();
    assertEquals("health SERVING\n", Node.client(box, "health", box.root()).run().exits(0).out());
    assertEquals(
        "info " + broker.pid() + "\n", Node.client(box, "info", box.root()).run().exits(0).out());
    String services = Node.client(box, "reflection", box.root()).run().exits(0).out();
    for (String service : List.of("LockBroker", "LockAdmin")) {
      assertTrue(services.contains("service lockbroker.v1." + service + "\n"), services);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "acquire-first, error INVALID_ARGUMENT",
    "hello-twice, error INVALID_ARGUMENT",
    "other-major, error FAILED_PRECONDITION",
    "bad-request, refused INVALID"
  })
  void what_breaks_the_rules_is_refused_with_a_reason(String what, String how) throws Exception {
    Broker broker = box.broker();
    Repo repo = box.repo("repo");
    Child client = Node.client(box, what, repo.path()).run();
    String said = client.out();
    assertTrue(said.contains(how + " "), said);
    assertEquals(what.equals("other-major"), said.contains("99"), said);
    assertTrue(!said.contains("granted"), said);
    broker.requireUnharmed();
  }
}
