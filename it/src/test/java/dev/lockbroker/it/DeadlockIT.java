package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody waits for himself, and several repositories are taken all or none. */
class DeadlockIT {
  private static final Duration A_WHILE = Duration.ofMillis(1_500);

  @RegisterExtension final Sandbox box = new Sandbox();

  /** Shell: lockctl again, inside the command that this is. */
  private static String nested(Repo repo, String mode, String script, String... options) {
    return "LOCKBROKER_MODE="
        + mode
        + " '"
        + Sandbox.dist().resolve("bin/lockctl")
        + "' run --repo '"
        + repo.path()
        + "' "
        + String.join(" ", options)
        + " -- sh -c '"
        + script
        + "'";
  }

  private void brokerFor(String... modes) throws Exception {
    if (List.of(modes).contains("broker")) {
      box.broker();
    }
  }

  @ParameterizedTest
  @CsvSource({"direct, direct", "broker, broker", "direct, broker", "broker, direct"})
  void of_two_in_opposite_order_the_second_is_told_the_cycle_and_the_first_goes_on(
      String firstMode, String secondMode) throws Exception {
    brokerFor(firstMode, secondMode);
    Repo a = box.repo("a");
    Repo b = box.repo("b");
    Gate gate = new Gate(box.folder("gate"));
    Path asked = box.root().resolve("asked");
    try (Journal atA = a.journal();
        Journal atB = b.journal()) {
      String first = gate.arrive("first") + "; " + nested(b, firstMode, gate.arrive("inner"));
      Child holder =
          box.locked(
                  box.root(), "read x; " + first, "--repo", a.path().toString(), "--label", "one")
              .mode(firstMode)
              .pipedStdin()
              .start();
      atA.awaitHeld(1);
      String times = "date +%s%N >" + asked + "; " + nested(a, secondMode, "true");
      String second = "read x; " + times + "; e=$?; date +%s%N >>" + asked + "; exit $e";
      Child loser =
          box.locked(box.root(), second, "--repo", b.path().toString(), "--label", "two")
              .mode(secondMode)
              .pipedStdin()
              .start();
      atB.awaitHeld(1);
      holder.stdin().write('\n');
      holder.stdin().close();
      atB.awaitWaiting(1);
      loser.stdin().write('\n');
      loser.stdin().close();
      loser.exits(79);
      String said = loser.err();
      String cycle =
          "would deadlock: the command around you holds "
              + b.path()
              + " (ticket "
              + atB.requests().get(0).ticket()
              + ") and you ask for "
              + a.path()
              + ", held by pid ";
      assertTrue(said.contains(cycle), said);
      String rest =
          " 'one' (ticket "
              + atA.requests().get(0).ticket()
              + "), which waits for "
              + b.path()
              + "; have the outer command ask for all of it from the beginning";
      assertTrue(said.contains(rest), said);
      holder.exits(0);
      assertTrue(gate.has("inner"), "the first did not go on");
      assertEquals("cancelled", atA.ends().get(atA.requests().get(1).ticket()));
      assertEquals(List.of(), atA.violations());
      assertEquals(List.of(), atB.violations());
      a.requireNoRuns();
      b.requireNoRuns();
      List<String> stamps = java.nio.file.Files.readAllLines(asked);
      long took = Long.parseLong(stamps.get(1)) - Long.parseLong(stamps.get(0));
      Figures.print(
          "a cycle of two (%s, %s): refused %s after the command was started",
          firstMode, secondMode, Figures.time(took));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "broker"})
  void three_in_a_ring_lose_one(String mode) throws Exception {
    brokerFor(mode);
    List<Repo> repos = List.of(box.repo("a"), box.repo("b"), box.repo("c"));
    Gate gate = new Gate(box.folder("gate"));
    List<Child> ring = new java.util.ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Repo mine = repos.get(i);
      Repo next = repos.get((i + 1) % 3);
      String script = gate.pass("n" + i) + "; " + nested(next, mode, "true");
      ring.add(box.locked(box.root(), script, "--repo", mine.path().toString()).mode(mode).start());
    }
    gate.await(3);
    gate.open();
    int refused = 0;
    for (Child one : ring) {
      int exit = one.exit();
      assertTrue(exit == 0 || exit == 79, one + " " + exit + " " + one.err());
      refused += exit == 79 ? 1 : 0;
    }
    assertEquals(1, refused);
    for (Repo repo : repos) {
      repo.requireNoRuns();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "broker"})
  void a_grandchild_behind_one_who_waits_for_its_ancestor_is_refused(String mode) throws Exception {
    brokerFor(mode);
    Repo a = box.repo("a");
    Repo b = box.repo("b");
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = a.journal()) {
      String grandchild = nested(a, mode, "true", "--scope", "/name/two").replace("'", "\"");
      String script = gate.pass("outer") + "; " + nested(b, mode, grandchild);
      Child outer =
          box.locked(box.root(), script, "--repo", a.path().toString(), "--scope", "/name/one")
              .mode(mode)
              .start();
      gate.await("outer");
      Child between = box.locked(a.path(), "true").mode(mode).start();
      journal.awaitWaiting(1);
      gate.open();
      outer.exits(79);
      assertTrue(outer.err().contains("who waits for that lease"), outer.err());
      between.exits(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "broker"})
  void several_repositories_are_taken_all_or_none(String mode) throws Exception {
    brokerFor(mode);
    Repo a = box.repo("a");
    Repo b = box.repo("b");
    Repo c = box.repo("c");
    Gate gate = new Gate(box.folder("gate"));
    Child busy = box.locked(b.path(), gate.pass("busy")).mode(mode).start();
    gate.await("busy");
    String[] all = {
      "--repo", c.path().toString(), "--repo", a.path().toString(), "--repo", b.path().toString()
    };
    Child late =
        box.locked(box.root(), gate.arrive("late"), with(all, "--wait", "500ms")).mode(mode).run();
    late.exits(75);
    assertTrue(late.err().contains(b.path().toString()), late.err());
    assertTrue(!gate.has("late"), "it has run");
    try (Journal atA = a.journal();
        Journal atB = b.journal();
        Journal atC = c.journal()) {
      assertEquals(List.of(), atA.held());
      assertEquals(1, atB.held().size());
      assertEquals(List.of(), atC.held());
      Child patient = box.locked(box.root(), gate.arrive("all"), all).mode(mode).start();
      atB.awaitWaiting(1);
      gate.open();
      busy.exits(0);
      patient.exits(0);
      assertTrue(gate.has("all"));
      for (Journal journal : List.of(atA, atB, atC)) {
        assertEquals(List.of(), journal.held());
        assertEquals(List.of(), journal.violations());
      }
    }
    a.requireNoRuns();
    b.requireNoRuns();
    c.requireNoRuns();
  }

  private static String[] with(String[] options, String... more) {
    String[] all = java.util.Arrays.copyOf(options, options.length + more.length);
    System.arraycopy(more, 0, all, options.length, more.length);
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "broker"})
  void both_stay_locked_while_the_command_of_a_killed_lockctl_lives(String mode) throws Exception {
    brokerFor(mode);
    Repo a = box.repo("a");
    Repo b = box.repo("b");
    Gate gate = new Gate(box.folder("gate"));
    String[] both = {"--repo", a.path().toString(), "--repo", b.path().toString(), "--ttl", "1s"};
    try (Journal atA = a.journal();
        Journal atB = b.journal()) {
      Child holder = box.locked(box.root(), gate.pass("holder"), both).mode(mode).start();
      long command = gate.await("holder");
      Child first = box.locked(a.path(), "true").mode(mode).start();
      Child second = box.locked(b.path(), "true").mode(mode).start();
      atA.awaitWaiting(1);
      atB.awaitWaiting(1);
      holder.signal("KILL");
      holder.await();
      Deadline.stays(
          A_WHILE.multipliedBy(2),
          "both waiters wait",
          () -> atA.waiting().size() == 1 && atB.waiting().size() == 1 && Os.isAlive(command));
      gate.open();
      first.exits(0);
      second.exits(0);
      assertEquals(List.of(), atA.violations());
      assertEquals(List.of(), atB.violations());
    }
    a.requireNoRuns();
    b.requireNoRuns();
  }

  @Test
  void groups_in_opposite_order_all_get_through() throws Exception {
    Repo a = box.repo("a");
    Repo b = box.repo("b");
    List<Child> all = new java.util.ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Repo first = i % 2 == 0 ? a : b;
      Repo second = i % 2 == 0 ? b : a;
      String[] both = {"--repo", first.path().toString(), "--repo", second.path().toString()};
      all.add(box.locked(box.root(), "sleep 0.05", both).mode("direct").start());
    }
    for (Child one : all) {
      one.exits(0);
    }
  }

  @Test
  void a_nested_command_that_the_outer_one_covers_needs_no_lock_of_its_own() throws Exception {
    Repo a = box.repo("a");
    Repo b = box.repo("b");
    String inner = nested(b, "direct", "true", "--repo", "\"" + a.path() + "\"");
    String[] both = {"--repo", a.path().toString(), "--repo", b.path().toString()};
    box.locked(box.root(), inner, both).mode("direct").run().exits(0);
    try (Journal atA = a.journal();
        Journal atB = b.journal()) {
      assertEquals(1, atA.requests().size());
      assertEquals(1, atB.requests().size());
    }
  }
}
