package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** On a terminal: what is read raw, what keys send, what is drawn while one waits. */
final class TerminalIT {
  private static final int LAST_EXIT_CODE = 255;

  @RegisterExtension final Sandbox box = new Sandbox();

  @BeforeEach
  void needsScript() {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "needs script of util-linux");
  }

  /** A shell on a terminal of its own, in that folder. */
  private Child terminal(Path folder) throws Exception {
    Path bash = Path.of("/bin/bash");
    assumeTrue(Files.isExecutable(bash), "needs bash");
    return box.command(folder, "script", "-q", "-c", "bash --norc --noprofile -i", "/dev/null")
        .env("L", Sandbox.dist().resolve("bin/lockctl"))
        .env("TERM", "xterm")
        .env("PS1", "")
        .pipedStdin()
        .start();
  }

  private static void type(Child terminal, String keys) throws Exception {
    terminal.stdin().write(keys.getBytes(StandardCharsets.UTF_8));
    terminal.stdin().flush();
  }

  private static void leave(Child terminal) throws Exception {
    type(terminal, "exit\n");
    terminal.await();
  }

  /** A program like an editor: it takes the terminal raw, shows it, and waits for one key. */
  private Path editor() throws Exception {
    Path editor = box.newFile("editor");
    Files.writeString(
        editor,
        """
        #!/bin/sh
        [ -t 0 ] && [ -t 1 ] && [ -t 2 ] || exit 9
        before=$(stty -g)
        stty raw -echo || exit 8
        printf 'ready'
        key=$(dd bs=1 count=1 2>/dev/null)
        stty "$before"
        printf 'typed %s\\n' "$key" >"$1.new" && cat "$1" >>"$1.new" && mv "$1.new" "$1"
        """);
    assertTrue(editor.toFile().setExecutable(true));
    return editor;
  }

  @Test
  void an_editor_of_git_has_the_terminal_to_itself() throws Exception {
    Repo repo = box.repo("repo");
    Child terminal = terminal(repo.path());
    type(terminal, "stty -g\n");
    type(terminal, "GIT_EDITOR=" + editor() + " \"$L\" run -- git commit --allow-empty\n");
    Deadline.await("the editor is there", () -> terminal.out().contains("ready"));
    type(terminal, "k");
    Deadline.await("it is committed", () -> repo.git("log", "-1", "--format=%s").contains("typed"));
    assertEquals("typed k", repo.git("log", "-1", "--format=%s").strip());
    leave(terminal);
    assertFalse(terminal.out().contains("lockctl:"), terminal.out());
  }

  @Test
  void an_interactive_rebase_is_as_without_us() throws Exception {
    Repo repo = box.repo("repo");
    for (String commit : List.of("second", "third")) {
      Files.writeString(repo.path().resolve(commit), commit);
      repo.git("add", commit);
      repo.git("commit", "-q", "-m", commit);
    }
    Child terminal = terminal(repo.path());
    String edit = "sed -i -e 2s/pick/reword/";
    type(
        terminal,
        "GIT_SEQUENCE_EDITOR='"
            + edit
            + "' GIT_EDITOR="
            + editor()
            + " \"$L\" run -- git rebase -q -i HEAD~2; echo status=$?\n");
    Deadline.await("the editor is there", () -> terminal.out().contains("ready"));
    type(terminal, "r");
    Deadline.await("it has ended", () -> terminal.out().contains("status=0"));
    leave(terminal);
    assertEquals(
        List.of("typed r third", "second", "base"),
        repo.git("log", "--format=%s").lines().toList());
  }

  @Test
  void ctrl_c_ends_the_command_and_the_wait_for_the_lock() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = repo.journal()) {
      Child terminal = terminal(repo.path());
      type(
          terminal, "\"$L\" run -- sh -c '" + gate.arrive("a") + "; exec sleep 60'; echo one=$?\n");
      gate.await("a");
      type(terminal, "\u0003");
      Deadline.await("the command is ended", () -> terminal.out().contains("one=130"));
      Deadline.await("its lock is free", () -> journal.held().isEmpty());

      Child holder = box.locked(repo.path(), "exec sleep 60").start();
      journal.awaitHeld(1);
      type(terminal, "\"$L\" run -- touch ran; echo two=$?\n");
      journal.awaitWaiting(1);
      type(terminal, "\u0003");
      Deadline.await("the wait is ended", () -> terminal.out().contains("two=130"));
      Deadline.await("nobody waits", () -> journal.waiting().isEmpty());
      leave(terminal);
      holder.signal("TERM");
      holder.await();
      assertFalse(Files.exists(repo.path().resolve("ran")));
      assertEquals(List.of(), journal.violations());
    }
  }

  @Test
  void a_hang_up_ends_the_command_and_frees_the_lock() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = repo.journal()) {
      Child terminal = terminal(repo.path());
      type(terminal, "\"$L\" run -- sh -c '" + gate.arrive("a") + "; exec sleep 60'\n");
      long command = gate.await("a");
      terminal.signal("KILL");
      Deadline.await("the command is ended", () -> !Files.exists(Path.of("/proc/" + command)));
      Deadline.await("its lock is free", () -> journal.held().isEmpty());
      assertEquals(List.of(), journal.violations());
    }
  }

  @Test
  void the_waiting_line_is_one_line_that_moves_on_and_is_gone_in_the_end() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = repo.journal()) {
      Child holder = box.locked(repo.path(), gate.pass("holder")).start();
      gate.await("holder");
      Child terminal = terminal(repo.path());
      type(terminal, "stty columns 60; \"$L\" run -- echo it runs\n");
      Deadline.await(
          "the time in the line has moved on twice",
          () -> terminal.out().split("\r\u001b\\[Klockctl: waiting for", -1).length > 3);
      gate.open();
      Deadline.await(
          "it runs",
          () -> terminal.out().contains("\nit runs") || terminal.out().contains("\u001b[Kit runs"));
      leave(terminal);
      holder.exits(0);
      String out = terminal.out();
      assertTrue(out.contains("\r\u001b[Kit runs"), () -> "the line is still there: " + out);
      assertFalse(out.contains("\nlockctl: waiting"), () -> "a line more: " + out);
      for (String drawn : out.split("\r\u001b\\[K", -1)) {
        String line = drawn.lines().findFirst().orElse("");
        assertTrue(!line.startsWith("lockctl:") || line.length() < 60, line);
      }
      assertEquals(List.of(), journal.violations());
    }
  }

  @Test
  void every_exit_status_and_every_deadly_signal_come_through() throws Exception {
    Repo repo = box.repo("repo");
    String loop =
        "i=$1; while [ $i -le $2 ]; do \"$L\" run -- sh -c \"exit $i\"; [ $? -eq $i ] || echo \"$i\";"
            + " i=$((i+2)); done";
    // One that is ignored from the start kills neither.
    String signals =
        "for s in HUP INT QUIT ABRT KILL USR1 SEGV USR2 PIPE ALRM TERM; do sh -c \"kill -$s \\$\\$\";"
            + " want=$?; \"$L\" run -- sh -c \"kill -$s \\$\\$\"; r=$?; [ $r -eq $want ] || echo \"$s $r\";"
            + " done";
    List<Child> all = new ArrayList<>();
    for (int first = 0; first < 2; first++) {
      all.add(sh(repo, loop, first, LAST_EXIT_CODE));
    }
    all.add(sh(repo, "ulimit -c 0; " + signals, 0, 0));
    for (Child child : all) {
      child.await(Duration.ofMinutes(5)).exits(0);
      assertEquals("", child.out(), child.err());
      String err = child.err().toLowerCase(Locale.ROOT);
      assertFalse(err.contains("lockctl"), err);
    }
    repo.requireNoRuns();
  }

  private Child sh(Repo repo, String script, int first, int last) throws Exception {
    // Locks of their own: the two loops need not wait for each other.
    String own = script.replace("run --", "run --scope /name/" + first + script.length() + " --");
    return box.command(
            repo.path(), "sh", "-c", own, "sh", Integer.toString(first), Integer.toString(last))
        .env("L", Sandbox.dist().resolve("bin/lockctl"))
        .start();
  }
}
