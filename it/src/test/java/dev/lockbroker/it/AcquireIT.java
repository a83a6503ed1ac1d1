package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Leases of shell scripts: kept by the life of the shell, whatever becomes of lockctl. */
class AcquireIT {
  private static final Duration A_WHILE = Duration.ofMillis(500);
  private static final String LOCKCTL = "'" + Sandbox.dist().resolve("bin/lockctl") + "'";

  @RegisterExtension final Sandbox box = new Sandbox();

  private Command script(String shell, Repo repo, String... lines) throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin", shell))
            || Files.isExecutable(Path.of("/bin", shell)),
        "there is no " + shell + " here");
    Path file = box.newFile(shell);
    Files.writeString(
        file, "lockctl() { " + LOCKCTL + " \"$@\"; }\n" + String.join("\n", lines) + "\n");
    return box.command(repo.path(), shell, file.toString());
  }

  private Json status(Repo repo) throws Exception {
    String json = box.lockctl(repo.path(), "status", "--json").run().exits(0).out();
    return Json.parse(json).list("repositories").get(0);
  }

  @ParameterizedTest
  @CsvSource({"bash, direct", "dash, broker"})
  void a_script_holds_until_it_releases_and_goes_on(String shell, String mode) throws Exception {
    if (mode.equals("broker")) {
      box.broker();
    }
    Repo repo = box.repo("repo");
    Gate inside = new Gate(box.folder("inside"));
    Gate after = new Gate(box.folder("after"));
    Child script =
        script(
                shell,
                repo,
                "set -eu",
                "eval \"$(lockctl acquire --pid $$ --label \"it's mine\")\"",
                "echo \"$LOCKBROKER_LEASE\"",
                "lockctl run -- echo joined",
                "eval \"$(lockctl acquire --worktree)\"", // joins, and counts
                "eval \"$(lockctl release)\"",
                inside.pass("script"),
                "lockctl release --repo .", // not read by a shell: says nothing
                "eval \"$(lockctl release --quiet)\"",
                "echo \"${LOCKBROKER_LEASE-none}\"",
                after.pass("script"))
            .mode(mode)
            .start();
    try (Journal journal = repo.journal()) {
      long pid = inside.await("script");
      Json ticket = status(repo).list("tickets").get(0);
      assertEquals("running", ticket.text("state"), "its lockctl has ended: " + ticket);
      assertEquals(pid, ticket.number("pid"));
      assertEquals("it's mine", ticket.text("label"));
      assertEquals(1, journal.held().size(), "an acquire inside is none of its own");
      Child waiter = box.locked(repo.path(), "echo waited").mode(mode).start();
      journal.awaitWaiting(1);
      Deadline.stays(A_WHILE, "it waits", () -> journal.waiting().size() == 1);

      inside.open();
      waiter.exits(0);
      after.await("script");
      assertTrue(script.isAlive());
      after.open();
      script.exits(0);
      List<String> said = script.out().lines().toList();
      assertEquals(3, said.size(), script.out());
      assertTrue(said.get(0).contains(":" + ticket.number("ticket") + ":"), script.out());
      assertEquals(List.of("joined", "none"), said.subList(1, 3));
      assertEquals("released", journal.ends().get(ticket.number("ticket")));
      assertEquals(List.of(), journal.violations());
    }
    repo.requireNoRuns();
  }

  @ParameterizedTest
  @CsvSource({"bash, direct", "dash, broker"})
  void a_killed_script_frees_the_lock_but_not_before_its_git(String shell, String mode)
      throws Exception {
    if (mode.equals("broker")) {
      box.broker();
    }
    Repo repo = box.repo("repo");
    Gate hook = new Gate(box.folder("hook"));
    repo.hook("pre-commit", hook.pass("hook"));
    Child script =
        script(
                shell,
                repo,
                "eval \"$(lockctl acquire --pid $$)\" || exit",
                "git commit -q --allow-empty -m killed",
                "echo alive")
            .mode(mode)
            .start();
    try (Journal journal = repo.journal().follow()) {
      hook.await("hook");
      Child waiter = box.locked(repo.path(), "git log --format=%s -1").mode(mode).start();
      journal.awaitWaiting(1);
      script.signal("STOP");
      Deadline.await(
          "it is shown as stopped",
          () -> status(repo).list("tickets").get(0).text("state").equals("stopped"));
      script.signal("KILL");
      script.await();
      Deadline.stays(A_WHILE, "its commit keeps the lock", () -> journal.waiting().size() == 1);
      assertEquals("orphaned", status(repo).list("tickets").get(0).text("state"));
      hook.open();
      waiter.exits(0);
      assertEquals("killed\n", waiter.out());

      // With nothing left behind it is free at once.
      Gate gate = new Gate(box.folder("gate"));
      Child other =
          script(shell, repo, "eval \"$(lockctl acquire)\" || exit", gate.arrive("b"), "read x")
              .mode(mode)
              .pipedStdin()
              .start();
      gate.await("b");
      Child next = box.locked(repo.path(), "true").mode(mode).start();
      journal.awaitWaiting(1);
      other.signal("KILL");
      next.exits(0);
      assertEquals(List.of(), journal.violations());
    }
    repo.requireSound();
  }

  @Test
  void what_is_not_acquired_stops_a_script_however_it_is_written() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Child holder = box.locked(repo.path(), gate.pass("holder")).start();
    gate.await("holder");
    for (String shell : List.of("bash", "dash")) {
      refused(75, shell, repo, "set -e", "eval \"$(lockctl acquire --wait 200ms)\"");
      refused(9, shell, repo, "eval \"$(lockctl acquire --wait none -E 9)\" || exit");
      refused(75, shell, repo, "c=$(lockctl acquire --wait none --json) && eval \"$c\" || exit");
    }
    refused(64, "bash", repo, "set -e", "eval \"$(lockctl acquire --wiat 5s)\"");
    refused(64, "bash", repo, "set -e", "eval \"$(lockctl acquire --pid 1)\"");
    refused(64, "bash", repo, "set -e", "eval \"$(lockctl acquire --pid 4194305)\"");
    refused(66, "bash", repo, "set -e", "eval \"$(lockctl acquire --repo /no/such)\"");
    refused(
        64,
        "bash",
        repo,
        "true & wait $!; ended=$!",
        "eval \"$(lockctl acquire --pid $ended)\" || exit");
    gate.open();
    holder.exits(0);
    if (Os.isRoot()) {
      Child foreign =
          box.command(repo.path(), "sleep", "1000")
              .behind("setpriv", "--reuid=65534", "--clear-groups")
              .start();
      Deadline.await("it runs", () -> Os.describe(foreign.pid()).contains("sleep"));
      Child asked =
          box.lockctl(repo.path(), "acquire", "--pid", "" + foreign.pid()).run().exits(64);
      assertTrue(asked.err().contains("another user"), asked.err());
      assertEquals("sh -c 'exit 64'\n", asked.out());
    }
  }

  private void refused(int exit, String shell, Repo repo, String... lines) throws Exception {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("echo not stopped");
    Child script = script(shell, repo, all.toArray(new String[0])).run().exits(exit);
    assertEquals("", script.out());
    assertEquals(1, script.errLines().size(), script.err());
  }

  @Test
  void who_waits_leaves_the_queue_with_its_lockctl_and_with_its_shell() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = repo.journal()) {
      Child holder = box.locked(repo.path(), gate.pass("holder")).start();
      gate.await("holder");
      Child script = script("bash", repo, "eval \"$(lockctl acquire)\" || exit").start();
      journal.awaitWaiting(1);
      script.signal("KILL");
      journal.awaitWaiting(0);

      Child other = script("bash", repo, "eval \"$(lockctl acquire)\"; echo $?").start();
      journal.awaitWaiting(1);
      Os.signal("TERM", journal.waiting().get(0).pid());
      other.exits(0);
      assertEquals("143\n", other.out());
      assertEquals(0, journal.waiting().size());
      gate.open();
      holder.exits(0);
      assertEquals(List.of(), journal.violations());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "dash", "zsh"})
  void the_functions_of_the_document_keep_scripts_apart(String shell) throws Exception {
    Repo repo = box.repo("repo");
    List<String> blocks = shellBlocks();
    String functions = block(blocks, "acquire_git_lock() {");
    String example = block(blocks, "trap release_git_lock EXIT");
    int rounds = 3;
    List<Child> scripts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      scripts.add(
          script(
                  shell,
                  repo,
                  functions,
                  "set -eu",
                  "trap release_git_lock EXIT",
                  "i=0; while [ $i -lt " + rounds + " ]; do i=$((i+1))",
                  "  acquire_git_lock --wait 60s",
                  "  mkdir inside; name=" + i + ".$i; echo $name >$name; sleep 0.05",
                  "  git add $name; git commit -q -m $name; rmdir inside",
                  "  [ $i -eq " + rounds + " ] || release_git_lock", // the last one by its trap
                  "done")
              .start());
    }
    scripts.add(script(shell, repo, functions, example).start());
    for (Child script : scripts) {
      script.exits(0);
      assertEquals("", script.out());
      List<String> said = script.errLines();
      assertTrue(said.stream().allMatch(l -> l.startsWith("lockctl: waiting for ")), "" + said);
    }
    assertEquals(3 * rounds + 1, repo.commits());
    try (Journal journal = repo.journal()) {
      assertTrue(
          journal.ends().values().stream().allMatch("released"::equals), "" + journal.ends());
      assertEquals(List.of(), journal.violations());
    }
    repo.requireSound();
  }

  private static String block(List<String> blocks, String with) {
    return blocks.stream()
        .filter(block -> block.contains(with))
        .findFirst()
        .orElseThrow(() -> new AssertionError("docs/shell.md has no code with " + with));
  }

  /** What stands between {@code ```sh} and {@code ```} in the document. */
  private static List<String> shellBlocks() throws Exception {
    Path document = Sandbox.dist().resolve("../../../docs/shell.md");
    List<String> blocks = new ArrayList<>();
    StringBuilder block = null;
    for (String line : Files.readAllLines(document)) {
      if (line.equals("```sh")) {
        block = new StringBuilder();
      } else if (line.equals("```") && block != null) {
        blocks.add(block.toString());
        block = null;
      } else if (block != null) {
        block.append(line).append('\n');
      }
    }
    return blocks;
  }

  @Test
  void without_a_java_the_script_does_not_go_on() throws Exception {
    Repo repo = box.repo("repo");
    String script = "eval \"$('" + Sandbox.dist().resolve("bin/lockctl") + "' acquire)\" || exit 7";
    box.command(repo.path(), "sh", "-c", script).env("JAVA_HOME", "/nowhere").run().exits(7);
  }

  @Test
  void a_lock_that_the_shell_knows_nothing_of_can_be_given_back() throws Exception {
    Repo repo = box.repo("repo");
    String lockctl = "'" + Sandbox.dist().resolve("bin/lockctl") + "'";
    box.command(
            repo.path(),
            "sh",
            "-c",
            lockctl + " acquire --pid $$ >/dev/null; " + lockctl + " release --pid $$")
        .run()
        .exits(0);
    try (Journal journal = repo.journal()) {
      assertEquals(List.of(), journal.held());
    }
    box.locked(repo.path(), "true", "--wait", "none").run().exits(0);
  }
}
