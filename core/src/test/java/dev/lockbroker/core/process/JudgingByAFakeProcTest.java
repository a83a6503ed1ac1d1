package dev.lockbroker.core.process;

import static dev.lockbroker.core.process.Verdict.ALIVE;
import static dev.lockbroker.core.process.Verdict.DEAD;
import static dev.lockbroker.core.process.Verdict.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgingByAFakeProcTest {
  private static final long ME = 4242;
  private static final long INNER = 4_026_532_000L;
  private static final long INITIAL = NamespaceSearch.INITIAL_NAMESPACE;

  @TempDir private Path root;
  private FakeProc proc;

  @BeforeEach
  void showMyselfAndInit() {
    proc = FakeProc.of(root, ME);
  }

  private Verdict judge(long pid, long startTicks) {
    return from(INNER, 1000).judge(new ProcessIdentity(pid, startTicks, INNER, 1000));
  }

  private Processes from(long namespace, long uid) {
    return new LinuxProcesses(new FakeHost(new ProcessIdentity(ME, 9, namespace, uid)), root);
  }

  private Verdict judgeFromInitial(ProcessIdentity process) {
    return from(INITIAL, 1000).judge(process);
  }

  @Test
  void a_listed_process_with_the_same_start_is_alive() {
    proc.process(50, 'S', 1, 700);
    assertEquals(ALIVE, judge(50, 700));
  }

  @Test
  void an_unlisted_one_is_dead() {
    assertEquals(DEAD, judge(50, 700));
  }

  @Test
  void a_pid_that_was_used_again_is_dead() {
    proc.process(50, 'S', 1, 701);
    assertEquals(DEAD, judge(50, 700));
  }

  @Test
  void a_zombie_is_dead_unless_other_threads_run() {
    proc.process(50, 'Z', 1, 700);
    proc.process(51, 'Z', 2, 700);
    proc.process(52, 'X', 5, 700);
    assertEquals(DEAD, judge(50, 700));
    assertEquals(ALIVE, judge(51, 700));
    assertEquals(DEAD, judge(52, 700));
  }

  @Test
  void a_stat_that_makes_no_sense_proves_nothing() {
    proc.stat(50, "50 (git) S 1 1");
    proc.stat(51, "");
    assertEquals(UNKNOWN, judge(50, 700));
    assertEquals(UNKNOWN, judge(51, 700));
  }

  @Test
  void a_stat_that_cannot_be_read_proves_nothing() throws IOException {
    Files.createDirectories(root.resolve("50/stat"));
    assertEquals(UNKNOWN, judge(50, 700));
  }

  @Test
  void nobody_is_dead_where_processes_are_hidden() throws IOException {
    Files.delete(root.resolve("1/stat"));
    proc.process(50, 'S', 1, 700);
    proc.process(51, 'Z', 1, 700);
    assertEquals(ALIVE, judge(50, 700));
    assertEquals(UNKNOWN, judge(50, 600));
    assertEquals(UNKNOWN, judge(51, 700));
    assertEquals(UNKNOWN, judge(52, 700));
  }

  @Test
  void nobody_is_dead_where_processes_are_hidden_though_the_first_one_is_mine() {
    proc.write(ME + "/mountinfo", "22 27 0:21 / /proc rw - proc proc rw,hidepid=invisible\n");
    assertEquals(UNKNOWN, judge(52, 700));
  }

  @Test
  void nothing_is_hidden_from_root() throws IOException {
    Files.delete(root.resolve("1/stat"));
    Processes root = from(INNER, 0);
    assertEquals(DEAD, root.judge(new ProcessIdentity(52, 700, INNER, 1000)));
  }

  @Test
  void nobody_is_dead_in_the_proc_of_another_namespace() throws IOException {
    Files.delete(root.resolve("self"));
    assertEquals(UNKNOWN, judge(50, 700));
    Files.createSymbolicLink(root.resolve("self"), Path.of("1"));
    assertEquals(UNKNOWN, judge(50, 700));
  }

  @Test
  void nobody_is_dead_where_proc_is_not_mounted() {
    Host host = new FakeHost(new ProcessIdentity(ME, 9, INNER, 0));
    Processes none = new LinuxProcesses(host, root.resolve("nothing"));
    assertEquals(UNKNOWN, none.judge(new ProcessIdentity(50, 700, INNER, 0)));
    assertEquals(UNKNOWN, none.judge(new ProcessIdentity(50, 700, INITIAL, 0)));
  }

  @Test
  void a_process_of_another_namespace_is_judged_from_the_initial_one_only() {
    ProcessIdentity stranger = new ProcessIdentity(7, 700, INNER + 1, 1000);
    assertEquals(UNKNOWN, from(INNER, 0).judge(stranger));
    assertEquals(DEAD, judgeFromInitial(hidden(stranger)));
  }

  /** Gives every listed process a status, without which no search is complete. */
  private ProcessIdentity hidden(ProcessIdentity process) {
    proc.namespaces(1, "1", INITIAL);
    return process;
  }

  @Test
  void from_the_initial_namespace_a_process_is_found_by_its_inner_pid() {
    ProcessIdentity process = hidden(new ProcessIdentity(7, 700, INNER, 1000));
    proc.process(900, 'T', 1, 700);
    proc.namespaces(900, "900\t7", INNER);
    assertEquals(ALIVE, judgeFromInitial(process));
    assertTrue(from(INITIAL, 1000).view(process).isPresent());
    proc.process(900, 'Z', 1, 700);
    assertEquals(DEAD, judgeFromInitial(process));
  }

  @Test
  void one_with_the_same_inner_pid_elsewhere_or_from_another_time_is_not_it() {
    ProcessIdentity process = hidden(new ProcessIdentity(7, 700, INNER, 1000));
    proc.process(900, 'S', 1, 700);
    proc.namespaces(900, "900\t7", INNER + 1);
    proc.process(901, 'S', 1, 600);
    proc.namespaces(901, "901\t7", INNER);
    proc.process(7, 'S', 1, 700);
    proc.namespaces(7, "7", INITIAL);
    assertEquals(DEAD, judgeFromInitial(process));
  }

  @Test
  void one_that_somebody_between_us_may_have_named_is_no_proof() {
    ProcessIdentity process = hidden(new ProcessIdentity(7, 700, INNER, 1000));
    proc.process(900, 'S', 1, 700);
    proc.namespaces(900, "900\t7\t3", INNER + 1);
    assertEquals(UNKNOWN, judgeFromInitial(process));
  }

  @Test
  void a_search_that_cannot_see_a_namespace_proves_nothing() throws IOException {
    ProcessIdentity process = hidden(new ProcessIdentity(7, 700, INNER, 1000));
    proc.process(900, 'S', 1, 700);
    proc.namespaces(900, "900\t7", INNER);
    Files.delete(root.resolve("900/ns/pid"));
    assertEquals(UNKNOWN, judgeFromInitial(process));
  }

  @Test
  void a_search_on_a_kernel_that_does_not_map_pids_proves_nothing() {
    proc.write("1/status", "Name:\tinit\nPid:\t1\n");
    assertEquals(UNKNOWN, judgeFromInitial(new ProcessIdentity(7, 700, INNER, 1000)));
  }

  @Test
  void a_view_is_escaped_and_never_of_another_process() {
    proc.process(50, 'T', 1, 700);
    proc.write("50/cmdline", "git\0commit\0-m\0a\u001b[2J\0");
    ProcessIdentity process = new ProcessIdentity(50, 700, INNER, 1000);
    assertEquals(
        new ProcessView('T', "git commit -m a\\x1b[2J"),
        from(INNER, 0).view(process).orElseThrow());
    ProcessIdentity former = new ProcessIdentity(50, 600, INNER, 1000);
    assertTrue(from(INNER, 0).view(former).isEmpty());
  }
}
