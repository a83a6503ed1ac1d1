package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a command whose lock is taken away while it runs. */
class LossIT {
  /** A shell that cannot be told to end, and its child that cannot either. */
  private static final String STUBBORN = "trap '' TERM; ";

  private static final String FOR_EVER = "while :; do sleep 0.05; done";

  @RegisterExtension final Sandbox box = new Sandbox();

  private void force(Repo repo) throws Exception {
    try (Journal journal = repo.journal()) {
      Journal.Grant grant = journal.grants().get(0);
      box.lockctl(repo.path(), "force-release", "" + grant.ticket(), "--token", "" + grant.token())
          .run()
          .exits(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_command_that_ignores_sigterm_is_gone_after_five_seconds_with_its_children(String mode)
      throws Exception {
    if (mode.equals("broker")) {
      box.broker();
    }
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    String child = STUBBORN + gate.arrive("child") + "; " + FOR_EVER;
    // Its parent has ended when the lock is lost: it is known by its environment alone.
    String orphan = "(sh -c '" + child.replace("'", "'\\''").replace("child", "lost") + "' &)";
    String script =
        STUBBORN
            + orphan
            + "; sh -c '"
            + child.replace("'", "'\\''")
            + "' & "
            + gate.arrive("command")
            + "; wait";
    // As a script calls it: same group, same session.
    String lockctl = Sandbox.dist().resolve("bin/lockctl").toString();
    Child caller =
        box.command(
                repo.path(),
                "sh",
                "-c",
                "\"$0\" run -- sh -c \"$1\"; echo after $?",
                lockctl,
                script)
            .mode(mode)
            .ownGroup()
            .start();
    List<Long> pids = List.of(gate.await("command"), gate.await("child"), gate.await("lost"));
    long start = System.nanoTime();
    force(repo);
    // It was taken away at once.
    box.locked(repo.path(), "true", "--wait", "none").mode(mode).run().exits(0);
    caller.exits(0);
    long took = System.nanoTime() - start;
    assertEquals("after 137\n", caller.out(), "its own status, and its caller lives");
    for (long pid : pids) {
      assertTrue(!Os.isAlive(pid), Os.describe(pid));
    }
    assertTrue(took >= 5_000_000_000L, "after " + took);
    assertEquals(2, ours(caller).size(), caller.err());
    String lost = ours(caller).get(0);
    assertTrue(lost.startsWith("lockctl: the lock on " + repo.path() + " was lost ("), lost);
    assertTrue(lost.contains("force-release") && lost.contains("SIGTERM"), lost);
    String killed = ours(caller).get(1);
    assertTrue(killed.contains("SIGKILL was sent to pid "), killed);
    for (long pid : pids) {
      assertTrue(killed.contains(Long.toString(pid)), killed);
    }
    Figures.print("command that ignores SIGTERM: gone %s after its lock", Figures.time(took));
  }

  @Test
  void a_command_that_obeys_has_its_time_and_what_it_started_goes_with_it() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    String orphan = "(sh -c '" + gate.arrive("orphan") + "; exec sleep 1000' &)";
    String script = "trap 'sleep 0.3; exit 7' TERM; " + gate.arrive("command") + "; " + FOR_EVER;
    Child command = box.locked(repo.path(), orphan + "; " + script).start();
    gate.await("command");
    long left = gate.await("orphan");
    force(repo);
    command.exits(7);
    assertTrue(!Os.isAlive(left), "what it started goes, too");
    // The shell may say how its own child ended.
    assertEquals(1, ours(command).size(), command.err());
  }

  private static List<String> ours(Child child) {
    return child.errLines().stream().filter(line -> line.startsWith("lockctl: ")).toList();
  }

  @Test
  void a_daemon_is_left_alone() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    String daemon = "(setsid sh -c '" + gate.arrive("daemon") + "; exec sleep 1000' &)";
    Child command =
        box.locked(repo.path(), daemon + "; " + gate.arrive("command") + "; " + FOR_EVER).start();
    long pid = gate.await("daemon");
    gate.await("command");
    force(repo);
    command.exits(143);
    assertTrue(Os.isAlive(pid));
  }

  @Test
  void a_stopped_command_is_ended() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Child command =
        box.locked(repo.path(), "trap 'exit 7' TERM; " + gate.arrive("command") + "; " + FOR_EVER)
            .start();
    Os.signal("STOP", gate.await("command"));
    force(repo);
    command.exits(7);
  }

  @ParameterizedTest
  @CsvSource({"--on-lost=warn, ''", "'', warn", "--on-lost=warn, term"})
  void with_warn_the_command_goes_on(String option, String variable) throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    String[] options = option.isEmpty() ? new String[0] : new String[] {option};
    Child command =
        box.locked(repo.path(), gate.pass("command") + "; echo done; exit 5", options)
            .env("LOCKBROKER_ON_LOST", variable)
            .start();
    gate.await("command");
    force(repo);
    Deadline.await("it is told", () -> command.err().endsWith("\n"));
    box.locked(repo.path(), "true").run().exits(0);
    gate.open();
    command.exits(5);
    assertEquals("done\n", command.out());
    assertEquals(1, command.errLines().size(), command.err());
    assertTrue(command.err().contains("goes on without it"), command.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_deleted_folder_is_a_loss(String mode) throws Exception {
    if (mode.equals("broker")) {
      box.broker();
    }
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Child command =
        box.locked(repo.path(), gate.arrive("command") + "; " + FOR_EVER, "--json")
            .mode(mode)
            .start();
    gate.await("command");
    Path locks = repo.locks();
    Files.move(locks, locks.resolveSibling("lockbroker.away"));
    command.exits(143);
    List<Json> events = command.errLines().stream().map(Json::parse).toList();
    Json lost = events.get(1);
    assertEquals("lost", lost.text("event"), command.err());
    assertEquals("term", lost.text("policy"));
    assertEquals("deleted", lost.text("cause"));
    box.locked(repo.path(), "true", "--wait", "none").mode(mode).run().exits(0);
  }

  @Test
  void another_word_is_refused_before_anything_is_run() throws Exception {
    Repo repo = box.repo("repo");
    Child option = box.locked(repo.path(), "echo run", "--on-lost=kill").run().exits(64);
    Child variable =
        box.locked(repo.path(), "echo run").env("LOCKBROKER_ON_LOST", "kill").run().exits(78);
    for (Child child : List.of(option, variable)) {
      assertEquals("", child.out());
      assertEquals(1, child.errLines().size(), child.err());
      assertTrue(child.err().contains("term or warn, not 'kill'"), child.err());
    }
  }
}
