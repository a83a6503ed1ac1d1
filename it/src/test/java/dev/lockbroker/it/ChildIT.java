package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A command under {@code lockctl run} is as it would be without. */
class ChildIT {
  private static final Duration A_WHILE = Duration.ofMillis(500);

  @RegisterExtension final Sandbox box = new Sandbox();

  @ParameterizedTest
  @CsvSource({
    "exit 0, 0",
    "exit 1, 1",
    "exit 7, 7",
    "exit 126, 126",
    "exit 127, 127",
    "exit 255, 255",
    "kill -TERM $$, 143",
    "kill -KILL $$, 137"
  })
  void its_exit_status_is_ours(String script, int exit) throws Exception {
    Repo repo = box.repo("repo");
    Child child = box.locked(repo.path(), script).run().exits(exit);
    assertEquals("", child.out() + child.err());
    repo.requireNoRuns();
  }

  @Test
  void a_command_that_is_not_there_is_127_and_one_line() throws Exception {
    Repo repo = box.repo("repo");
    Child child = box.lockctl(repo.path(), "run", "--", "no-such-command").run().exits(127);
    assertEquals(1, child.errLines().size(), child.err());
    assertTrue(child.err().startsWith("lockctl: "), child.err());
    assertTrue(child.err().contains("no-such-command"), child.err());
  }

  @Test
  void a_file_that_cannot_be_executed_is_126_and_one_line() throws Exception {
    Repo repo = box.repo("repo");
    Files.writeString(repo.path().resolve("file"), "text");
    Child child = box.lockctl(repo.path(), "run", "--", "./file").run().exits(126);
    assertEquals(1, child.errLines().size(), child.err());
    assertTrue(child.err().startsWith("lockctl: "), child.err());
  }

  @Test
  void stdin_and_stdout_are_its_own_byte_by_byte() throws Exception {
    Repo repo = box.repo("repo");
    byte[] bytes = new byte[3_000_000];
    new Random(7).nextBytes(bytes);
    Child child = box.lockctl(repo.path(), "run", "--", "cat").stdin(bytes).run().exits(0);
    assertArrayEquals(bytes, child.outBytes());
    assertEquals("", child.err());
  }

  @Test
  void a_reader_that_goes_away_ends_it_as_without_us() throws Exception {
    Repo repo = box.repo("repo");
    String lockctl = Sandbox.dist().resolve("bin/lockctl").toString();
    Child child =
        box.command(
                repo.path(),
                "bash",
                "-c",
                "'" + lockctl + "' run -- yes | head -n 1; echo ${PIPESTATUS[0]}")
            .run()
            .exits(0);
    assertEquals("y\n141\n", child.out());
    assertEquals("", child.err());
    try (Journal journal = repo.journal()) {
      Deadline.await("nothing is held", () -> journal.held().isEmpty());
    }
  }

  @Test
  void a_closed_stdout_is_its_own_business() throws Exception {
    Repo repo = box.repo("repo");
    String lockctl = Sandbox.dist().resolve("bin/lockctl").toString();
    box.command(repo.path(), "sh", "-c", "exec '" + lockctl + "' run -- sh -c 'exit 5' >&-")
        .run()
        .exits(5);
    repo.requireNoRuns();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"})
  void what_is_closed_is_no_file_of_ours(String closed) throws Exception {
    Repo repo = box.repo("repo");
    Path seen = box.newFile("seen");
    String command = "for i in 0 1 2; do readlink /proc/$$/fd/$i >>'" + seen + "'; done; exit 3";
    String lockctl = Sandbox.dist().resolve("bin/lockctl").toString();
    box.command(
            repo.path(), "sh", "-c", "exec \"$0\" run -- sh -c \"$1\" " + closed, lockctl, command)
        .run()
        .exits(3);
    List<String> files = Files.readAllLines(seen);
    assertTrue(files.stream().noneMatch(file -> file.contains("/lib/modules")), files.toString());
    assertTrue(files.contains("/dev/null"), files.toString());
  }

  @Test
  void arguments_arrive_unchanged() throws Exception {
    Repo repo = box.repo("repo");
    String[] arguments = {
      "run",
      "--",
      "printf",
      "[%s]",
      "a b",
      "",
      "'q'",
      "\"d\"",
      "two\nlines",
      "*",
      "$HOME",
      "\\",
      "-x",
      "--",
      "@file",
      "ümlaut",
      "; exit 3",
      "",
      "last "
    };
    String expected =
        "[a b][]['q'][\"d\"][two\nlines][*][$HOME][\\][-x][--][@file][ümlaut][; exit 3][][last ]";
    for (String locale : List.of("C.UTF-8", "C")) {
      Child child = box.lockctl(repo.path(), arguments).env("LC_ALL", locale).run().exits(0);
      assertEquals(expected, child.out());
    }
  }

  @Test
  void folder_and_environment_are_the_callers() throws Exception {
    Repo repo = box.repo("repo");
    Path folder = Files.createDirectories(repo.path().resolve("sub folder"));
    Child plain = box.command(folder, "env").env("LC_ALL", "C").env("X", "a\tb").run().exits(0);
    Child child =
        box.lockctl(folder, "run", "--", "sh", "-c", "pwd >&2; exec env")
            .env("LC_ALL", "C")
            .env("X", "a\tb")
            .run()
            .exits(0);
    assertEquals(folder + "\n", child.err());
    List<String> before = plain.out().lines().sorted().toList();
    List<String> added = child.out().lines().filter(line -> !before.contains(line)).toList();
    for (String line : added) {
      assertTrue(line.matches("(LOCKBROKER_LEASE|GIT_CONFIG_\\w+|OLDPWD|PWD|_|SHLVL)=.*"), line);
    }
    assertTrue(child.out().lines().toList().containsAll(List.of("LC_ALL=C", "X=a\tb")));
    assertEquals(1, added.stream().filter(line -> line.startsWith("LOCKBROKER_LEASE=")).count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_signal_is_passed_on_and_the_lock_stays_until_the_command_has_ended(String mode)
      throws Exception {
    if (mode.equals("broker")) {
      box.broker();
    }
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Gate cleaning = new Gate(box.folder("cleaning"));
    String script =
        "trap '"
            + cleaning.pass("c").replace("'", "'\\''")
            + "; exit 3' TERM; "
            + gate.arrive("holder")
            + "; while :; do sleep 0.02; done";
    try (Journal journal = repo.journal()) {
      Child child = box.locked(repo.path(), script).mode(mode).start();
      gate.await("holder");
      child.signal("TERM");
      cleaning.await("c");
      Deadline.stays(
          A_WHILE, "the lock is held", () -> journal.held().size() == 1 && child.isAlive());
      cleaning.open();
      child.exits(3);
      assertEquals("", child.out() + child.err());
      assertEquals(List.of(), journal.held());
      repo.requireNoRuns();
    }
  }

  @Test
  void a_nested_lockctl_joins_the_lease_around_it() throws Exception {
    Repo repo = box.repo("repo");
    try (Journal journal = repo.journal()) {
      String inner = "\"$LOCKCTL\" run --wait none -- sh -c 'echo inner; exit 6'";
      Child child = nested(repo, "outer() { " + inner + "; }; outer; echo $?").run().exits(0);
      assertEquals("inner\n6\n", child.out());
      assertEquals(1, journal.requests().size());
      assertEquals(List.of(), journal.held());
    }
  }

  @Test
  void a_lockctl_in_a_hook_joins_the_lease_of_its_commit() throws Exception {
    Repo repo = box.repo("repo");
    repo.hook("pre-commit", "\"$LOCKCTL\" run --wait none -- sh -c 'echo hook >&2'");
    try (Journal journal = repo.journal()) {
      Child child = nested(repo, "echo x >f && git add f && git commit -q -m f").run().exits(0);
      assertTrue(child.err().contains("hook"), child.err());
      assertEquals(1, journal.requests().size());
      assertEquals(1, repo.commits());
    }
  }

  @Test
  void a_nested_request_for_more_than_is_held_is_refused() throws Exception {
    Repo repo = box.repo("repo");
    String more = "\"$LOCKCTL\" run -- echo never; echo $?";
    for (String held : List.of("--worktree", "--shared")) {
      Child child =
          box.locked(repo.path(), more, held)
              .env("LOCKCTL", Sandbox.dist().resolve("bin/lockctl"))
              .run()
              .exits(0);
      assertEquals("79\n", child.out());
      assertEquals(1, child.errLines().size(), child.err());
      assertTrue(child.err().startsWith("lockctl: "), child.err());
    }
  }

  private Command nested(Repo repo, String script) {
    return box.locked(repo.path(), script).env("LOCKCTL", Sandbox.dist().resolve("bin/lockctl"));
  }

  @Test
  void it_starts_through_a_link_from_anywhere_and_from_a_path_with_spaces() throws Exception {
    Repo repo = box.repo("repo with space");
    Path links = box.folder("my links");
    Files.createSymbolicLink(links.resolve("dist"), Sandbox.dist());
    Files.createSymbolicLink(links.resolve("lock"), links.resolve("dist/bin/lockctl"));
    Files.createSymbolicLink(links.resolve("lockctl"), Path.of("lock"));
    for (Path program : List.of(links.resolve("lockctl"), links.resolve("dist/bin/lockctl"))) {
      Child child =
          box.command(
                  box.root(),
                  program.toString(),
                  "run",
                  "--repo",
                  repo.path().toString(),
                  "--",
                  "echo",
                  "hi")
              .run()
              .exits(0);
      assertEquals("hi\n", child.out());
    }
    Child relative = box.command(links, "./lockctl", "run", "--", "echo", "hi").run().exits(0);
    assertEquals("hi\n", relative.out());
    Child found =
        box.command(repo.path(), "sh", "-c", "lockctl run -- echo hi")
            .env("PATH", links + ":/usr/bin:/bin")
            .run()
            .exits(0);
    assertEquals("hi\n", found.out());
    assertTrue(Files.exists(repo.locks().resolve("journal")));
  }
}
