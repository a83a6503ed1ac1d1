package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody has to say goodbye: what kill -9 does to holders, waiters and brokers. */
class KillIT {
  private static final Duration A_WHILE = Duration.ofMillis(1_500);

  @RegisterExtension final Sandbox box = new Sandbox();

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_killed_command_passes_the_lock_on(String mode) throws Exception {
    Repo repo = box.repo("repo");
    brokerFor(mode);
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = repo.journal()) {
      Child holder = box.locked(repo.path(), gate.pass("holder")).mode(mode).ownGroup().start();
      long command = gate.await("holder");
      Child waiter = box.locked(repo.path(), "true").mode(mode).start();
      journal.awaitWaiting(1);
      long killed = System.nanoTime();
      holder.signalGroup("KILL");
      passesOn(journal, waiter, killed, "lockctl and its command killed (" + mode + ")");
      assertTrue(!Os.isAlive(command));
      repo.requireNoRuns();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_killed_program_passes_the_lock_on(String mode) throws Exception {
    Repo repo = box.repo("repo");
    brokerFor(mode);
    try (Journal journal = repo.journal()) {
      Child holder = box.java(SdkHolder.class, repo.path(), 10_000).mode(mode).pipedStdin().start();
      journal.awaitHeld(1);
      Child waiter = box.locked(repo.path(), "true").mode(mode).start();
      journal.awaitWaiting(1);
      long killed = System.nanoTime();
      holder.signal("KILL");
      passesOn(journal, waiter, killed, "a program with the SDK killed (" + mode + ")");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_command_that_survives_its_killed_lockctl_keeps_the_lock(String mode) throws Exception {
    Repo repo = box.repo("repo");
    brokerFor(mode);
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = repo.journal()) {
      Child holder = box.locked(repo.path(), gate.pass("holder"), "--ttl", "3s").mode(mode).start();
      long command = gate.await("holder");
      Child waiter = box.locked(repo.path(), "true").mode(mode).start();
      journal.awaitWaiting(1);
      holder.signal("KILL");
      holder.await();
      // Longer than its ttl: it is the command that keeps it.
      Deadline.stays(
          Duration.ofSeconds(4),
          "the waiter waits",
          () -> journal.waiting().size() == 1 && Os.isAlive(command));
      long ended = System.nanoTime();
      gate.open();
      passesOn(journal, waiter, ended, "the command of a killed lockctl ended (" + mode + ")");
      repo.requireNoRuns();
    }
  }

  private static void passesOn(Journal journal, Child waiter, long sinceNanos, String what)
      throws Exception {
    long ticket = journal.requests().get(1).ticket();
    Journal.Grant grant = journal.awaitGrant(ticket);
    waiter.exits(0);
    assertEquals(List.of(), journal.violations());
    Figures.print(
        "%s: next one granted after %s", what, Figures.time(grant.sinceNanos() - sinceNanos));
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void those_behind_a_killed_waiter_move_on(String mode) throws Exception {
    Repo repo = box.repo("repo");
    brokerFor(mode);
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = repo.journal()) {
      Child holder = box.locked(repo.path(), gate.pass("holder")).mode(mode).start();
      gate.await("holder");
      List<Child> queue = queue(repo, journal, gate, mode, mode, mode, mode);
      queue.get(1).signal("KILL");
      queue.get(1).await();
      gate.open();
      holder.exits(0);
      requireInOrder(journal, queue, List.of(0, 2, 3));
      assertTrue(!gate.has("q1"), "the killed one has run");
      repo.requireNoRuns();
    }
  }

  @Test
  void a_killed_broker_costs_nobody_his_lock_or_place() throws Exception {
    Repo repo = box.repo("repo");
    Broker broker = box.broker();
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = repo.journal().follow()) {
      Child holder = box.locked(repo.path(), gate.pass("holder")).mode("broker").start();
      gate.await("holder");
      List<Child> queue = queue(repo, journal, gate, "broker", "broker", "broker", "auto");
      broker.kill();
      Deadline.stays(
          A_WHILE,
          "the queue stands without a broker",
          () -> journal.held().size() == 1 && journal.waiting().size() == 4);
      Broker next = box.broker();
      Deadline.stays(
          A_WHILE,
          "the queue stands with another broker",
          () -> journal.held().size() == 1 && journal.waiting().size() == 4);
      assertEquals(5, journal.requests().size(), "somebody has asked twice");
      gate.open();
      holder.exits(0);
      requireInOrder(journal, queue, List.of(0, 1, 2, 3));
      next.requireUnharmed();
      repo.requireNoRuns();
    }
  }

  @Test
  void without_its_broker_a_queue_goes_on() throws Exception {
    Repo repo = box.repo("repo");
    Broker broker = box.broker();
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = repo.journal().follow()) {
      Child holder = box.locked(repo.path(), gate.pass("holder")).mode("broker").start();
      gate.await("holder");
      List<Child> queue = queue(repo, journal, gate, "broker", "broker", "broker");
      long start = System.nanoTime();
      broker.kill();
      gate.open();
      holder.exits(0);
      requireInOrder(journal, queue, List.of(0, 1, 2));
      Figures.print(
          "broker killed with 1 holder and 3 waiters: all served in order %s later",
          Figures.time(System.nanoTime() - start));
      repo.requireNoRuns();
    }
  }

  /** Waiters that have joined in this order. */
  private List<Child> queue(Repo repo, Journal journal, Gate gate, String... modes)
      throws Exception {
    List<Child> queue = new ArrayList<>();
    for (String mode : modes) {
      String name = "q" + queue.size();
      queue.add(box.locked(repo.path(), gate.arrive(name)).mode(mode).start());
      journal.awaitWaiting(queue.size());
    }
    return queue;
  }

  private static void requireInOrder(Journal journal, List<Child> queue, List<Integer> served)
      throws Exception {
    List<Long> expected = new ArrayList<>();
    expected.add(journal.requests().get(0).ticket());
    for (int index : served) {
      queue.get(index).exits(0);
      expected.add(journal.requests().get(index + 1).ticket());
    }
    assertEquals(expected, journal.grants().stream().map(Journal.Grant::ticket).toList());
    assertEquals(List.of(), journal.violations());
  }

  private void brokerFor(String mode) throws Exception {
    if (mode.equals("broker")) {
      box.broker();
    }
  }
}
