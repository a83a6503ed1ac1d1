package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever stops waiting has not run and is in nobody's way; whoever waits knows why. */
class WaitIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  @ParameterizedTest
  @CsvSource({"broker, 75", "direct, 75", "broker, 9", "direct, 9"})
  void who_waits_too_long_is_told_so_by_the_exit_code(String mode, int exit) throws Exception {
    try (Scene scene = new Scene(mode)) {
      String code = Integer.toString(exit);
      String[] options = {"--wait", "300ms", "-E", code};
      if (exit == 75) {
        options = new String[] {"--wait", "300ms"};
      }
      Child impatient =
          box.locked(scene.repo.path(), scene.gate.arrive("a"), options).mode(mode).run();
      impatient.exits(exit);
      requireOurs(impatient.errLines());
      assertEquals("", impatient.out());
      assertTrue(!scene.gate.has("a"), "it has run");
      assertEquals(0, scene.journal.waiting().size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void who_waits_too_long_never_runs_and_those_behind_move_on(String mode) throws Exception {
    try (Scene scene = new Scene(mode)) {
      // Long enough for another one to join behind it on a busy machine.
      Child impatient =
          box.locked(scene.repo.path(), scene.gate.arrive("a"), "--wait", "6s").mode(mode).start();
      scene.journal.awaitWaiting(1);
      Child behind = scene.join("b", 2);
      impatient.exits(75);
      scene.requireOnlyTheOneBehindRuns(impatient, behind);
    }
  }

  @ParameterizedTest
  @CsvSource({"broker, INT, 130", "broker, TERM, 143", "direct, INT, 130", "direct, TERM, 143"})
  void who_is_told_to_stop_waiting_never_runs(String mode, String signal, int exit)
      throws Exception {
    assumeTrue(
        !signal.equals("INT") || !Os.isInterruptIgnored(),
        "SIGINT is ignored here, as in a background job of a script; start it in the foreground");
    try (Scene scene = new Scene(mode)) {
      Child interrupted = scene.join("a", 1);
      Child behind = scene.join("b", 2);
      interrupted.signal(signal);
      interrupted.exits(exit);
      scene.requireOnlyTheOneBehindRuns(interrupted, behind);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void who_does_not_want_to_wait_is_refused_at_once(String mode) throws Exception {
    try (Scene scene = new Scene(mode)) {
      Child refused =
          box.locked(scene.repo.path(), scene.gate.arrive("a"), "--wait", "none").mode(mode).run();
      refused.exits(75);
      requireOneLine(refused.errLines());
      assertEquals("", refused.out());
      assertEquals(1, scene.journal.held().size());
      assertEquals(0, scene.journal.waiting().size());
      assertTrue(!scene.gate.has("a"));
      // A free lock is taken without waiting.
      box.locked(box.repo("other").path(), "true", "--wait", "none").mode(mode).run().exits(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void the_waiting_line_says_who_is_in_the_way(String mode) throws Exception {
    try (Scene scene = new Scene(mode)) {
      Child first = scene.join("a", 1);
      Child second = scene.join("b", 2);
      Child quiet =
          box.locked(scene.repo.path(), scene.gate.arrive("c"), "--quiet").mode(mode).start();
      scene.journal.awaitWaiting(3);
      String line =
          "lockctl: waiting for %s: held \\d+ s by pid %d 'sh -c .*' \\(the holder\\); you are %s";
      String path = scene.repo.path().toString();
      awaitLine(first, line, path, scene.holderPid, "1st of [123]");
      awaitLine(second, line, path, scene.holderPid, "2nd of [23]");
      scene.gate.open();
      for (Child child : List.of(first, second, quiet)) {
        child.exits(0);
        assertEquals("", child.out());
      }
      assertEquals("", quiet.err());
    }
  }

  private static void awaitLine(Child child, String format, Object... values) throws Exception {
    String regex = String.format(Locale.ROOT, format, values);
    Deadline.await(
        child + " says " + regex, () -> child.errLines().stream().anyMatch(l -> l.matches(regex)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void json_lines_are_json(String mode) throws Exception {
    try (Scene scene = new Scene(mode)) {
      Child waiter =
          box.locked(scene.repo.path(), "echo work", "--json", "--label", "a \"b\"\n\\")
              .mode(mode)
              .start();
      Deadline.await("it waits", () -> waiter.err().contains("\"waiting\""));
      scene.gate.open();
      waiter.exits(0);
      assertEquals("work\n", waiter.out());
      List<Json> lines = waiter.errLines().stream().map(Json::parse).toList();
      Json waiting = lines.get(0);
      assertEquals("waiting", waiting.text("event"));
      assertEquals(1, waiting.number("position"));
      Json holder = waiting.list("holders").get(0);
      assertEquals("the holder", holder.text("label"));
      assertEquals(scene.holderPid, holder.number("pid"));
      List<String> events = lines.stream().map(each -> each.text("event")).distinct().toList();
      assertEquals(List.of("waiting", "acquired", "released"), events);
    }
  }

  @Test
  void the_wait_of_the_environment_counts_unless_an_option_does() throws Exception {
    try (Scene scene = new Scene("direct")) {
      box.locked(scene.repo.path(), "true").env("LOCKBROKER_WAIT", "none").run().exits(75);
      box.locked(scene.repo.path(), "true", "--wait", "100ms")
          .env("LOCKBROKER_WAIT", "forever")
          .run()
          .exits(75);
    }
  }

  private static void requireOurs(List<String> lines) {
    assertTrue(!lines.isEmpty(), "nothing is said");
    for (String line : lines) {
      assertTrue(line.startsWith("lockctl: "), line);
    }
  }

  private static void requireOneLine(List<String> lines) {
    assertEquals(1, lines.size(), () -> lines.toString());
    assertTrue(lines.get(0).startsWith("lockctl: "), lines.get(0));
  }

  /** A repository that is held, so that everybody else has to wait. */
  private final class Scene implements AutoCloseable {
    private final String mode;
    private final Repo repo = box.repo("repo");
    private final Gate gate = new Gate(box.folder("gate"));
    private final Journal journal = repo.journal();
    private final Child holder;
    private final long holderPid;

    Scene(String mode) throws Exception {
      this.mode = mode;
      if (mode.equals("broker")) {
        box.broker();
      }
      holder =
          box.locked(repo.path(), gate.pass("holder"), "--label", "the holder").mode(mode).start();
      holderPid = gate.await("holder");
    }

    /** One more waiter, which has joined. */
    Child join(String name, int waiting) throws Exception {
      Child child = box.locked(repo.path(), gate.arrive(name)).mode(mode).start();
      journal.awaitWaiting(waiting);
      return child;
    }

    void requireOnlyTheOneBehindRuns(Child gone, Child behind) throws Exception {
      Deadline.await("it has left the queue", () -> journal.waiting().size() == 1);
      assertEquals("cancelled", journal.ends().get(journal.requests().get(1).ticket()));
      gate.open();
      holder.exits(0);
      behind.exits(0);
      assertTrue(gate.has("b"));
      assertTrue(!gate.has("a"), "who has left the queue has run");
      assertEquals("", gone.out());
      assertEquals(List.of(), journal.violations());
      repo.requireNoRuns();
    }

    @Override
    public void close() throws IOException {
      journal.close();
    }
  }
}
