package dev.lockbroker.core.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.process.Children.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class CarriersTest {
  @TempDir Path folder;

  private final String tag = UUID.randomUUID().toString();
  private Host host;
  private Processes processes;
  private Children children;

  @BeforeEach
  void look() {
    host = LinuxHost.current();
    processes = new LinuxProcesses(host, Path.of("/proc"));
    children = new Children(host, processes);
  }

  @AfterEach
  void endAll() throws InterruptedException {
    children.endAll();
  }

  private Child tagged(String... command) throws Exception {
    return children.start(Map.of("LOCKBROKER_LEASE", "x:" + tag + ":1:2:é"), command);
  }

  private long sessionOf(long pid) throws Exception {
    return new ProcTable(Path.of("/proc")).stat(pid).session();
  }

  @Test
  void are_found_by_a_part_of_the_value() throws Exception {
    Child child = tagged("sleep", "60");
    List<ProcessIdentity> expected = List.of(children.identity(child.pid()));
    assertEquals(expected, processes.carriers("LOCKBROKER_LEASE", tag + ":1:2:é", -1));
    assertEquals(expected, processes.carriers("LOCKBROKER_LEASE", tag, -1));
  }

  @Test
  void are_not_found_by_another_variable_or_value() throws Exception {
    tagged("sleep", "60");
    assertEquals(List.of(), processes.carriers("LOCKBROKER", tag, -1));
    assertEquals(List.of(), processes.carriers("LOCKBROKER_LEASE", tag + ":1:2:éé", -1));
  }

  @Test
  void include_orphans_but_not_those_that_left_the_session() throws Exception {
    Child shell = tagged("sh", "-c", "(sleep 60 & echo $!); setsid sleep 60 & echo $!; wait");
    ProcessIdentity orphan = children.identity(Long.parseLong(shell.line()));
    long daemon = Long.parseLong(shell.line());
    Eventually.holds("it has a session of its own", () -> isLeader(daemon));
    long session = sessionOf(orphan.pid());
    shell.process().destroyForcibly().waitFor();
    assertEquals(List.of(orphan), processes.carriers("LOCKBROKER_LEASE", tag, session));
    assertEquals(
        List.of(children.identity(daemon)),
        processes.carriers("LOCKBROKER_LEASE", tag, daemon),
        "its own session");
    assertEquals(2, processes.carriers("LOCKBROKER_LEASE", tag, -1).size());
    ProcessHandle.of(orphan.pid()).orElseThrow().destroyForcibly();
    ProcessHandle.of(daemon).orElseThrow().destroyForcibly();
  }

  private boolean isLeader(long pid) {
    try {
      return sessionOf(pid) == pid;
    } catch (Exception e) {
      return false;
    }
  }

  @Test
  void never_include_the_one_who_asks() {
    assertFalse(processes.carriers("PATH", "", -1).contains(host.self()));
  }

  @Test
  void end_with_their_death_even_if_nobody_waits_for_them() throws Exception {
    Child parent =
        children.start(
            "sh", "-c", "LOCKBROKER_LEASE=x:" + tag + " sleep 60 & echo $!; exec sleep 60");
    long pid = Long.parseLong(parent.line());
    Eventually.holds("found", () -> processes.carriers("LOCKBROKER_LEASE", tag, -1).size() == 1);
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    Eventually.holds("not found", () -> processes.carriers("LOCKBROKER_LEASE", tag, -1).isEmpty());
  }

  @Test
  void are_found_while_they_become_another_program() throws Exception {
    Path script =
        Files.writeString(folder.resolve("loop"), "exec /bin/sh " + folder.resolve("loop"));
    Child child = tagged("sh", script.toString());
    List<ProcessIdentity> expected = List.of(children.identity(child.pid()));
    int found = 0;
    for (int i = 0; i < 2_000; i++) {
      try {
        assertEquals(expected, processes.carriers("LOCKBROKER_LEASE", tag, -1));
        found++;
      } catch (UncheckedIOException e) {
        // On a busy machine it may get stuck in between for long. That is not "nobody".
      }
    }
    assertTrue(found > 1_000, "found " + found + " times");
  }

  /** A process whose first thread has ended, with another thread that has so much memory. */
  private List<ProcessIdentity> carriersWithLaterThread(long memory, String environ) {
    FakeProc proc = FakeProc.of(folder, 9);
    proc.stat(50, FakeProc.statLine(50, "java", 'Z', 2, 100).replace(" 5000000 ", " 0 "));
    proc.write("50/environ", "");
    proc.write(
        "50/task/50/stat", FakeProc.statLine(50, "a", 'Z', 2, 100).replace(" 5000000 ", " 0 "));
    proc.write("50/task/50/environ", "");
    proc.write(
        "50/task/51/stat",
        FakeProc.statLine(51, "b", 'R', 2, 100).replace(" 5000000 ", " " + memory + " "));
    proc.write("50/task/51/environ", environ);
    for (long other : new long[] {1, 9}) {
      proc.process(other, 'S', 1, 1);
      proc.write(other + "/environ", "A=b\0");
    }
    Host me = new FakeHost(new ProcessIdentity(9, 1, 7, host.uid()));
    return new LinuxProcesses(me, folder).carriers("LOCKBROKER_LEASE", tag, -1);
  }

  @Test
  void are_found_by_a_later_thread_when_the_first_one_has_ended() {
    String environ = "LOCKBROKER_LEASE=x:" + tag + "\0";
    assertEquals(
        List.of(new ProcessIdentity(50, 100, 7, host.uid())),
        carriersWithLaterThread(5_000_000, environ));
  }

  @Test
  void are_none_when_all_threads_have_left_the_program() {
    assertEquals(List.of(), carriersWithLaterThread(0, ""));
  }

  @Test
  void are_in_doubt_when_a_later_thread_runs_and_shows_nothing() {
    assertThrows(UncheckedIOException.class, () -> carriersWithLaterThread(5_000_000, ""));
  }

  @Test
  void are_not_found_among_those_without_any_environment() throws Exception {
    Child child = children.start("sh", "-c", "exec env -i sleep 60");
    Eventually.holds("it has none", () -> environmentOf(child.pid()).isEmpty());
    assertEquals(List.of(), processes.carriers("LOCKBROKER_LEASE", tag, -1));
  }

  private static String environmentOf(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/environ"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
