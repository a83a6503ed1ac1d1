package dev.lockbroker.core.process;

import static dev.lockbroker.core.process.Verdict.ALIVE;
import static dev.lockbroker.core.process.Verdict.DEAD;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockbroker.core.process.Children.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class JudgingRealProcessesTest {
  private static final String UNSEEN_PID = "4194304"; // one above the most that Linux gives out

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

  private char state(ProcessIdentity process) {
    return processes.view(process).map(ProcessView::state).orElse('?');
  }

  /** Waits until a shell has become what it was told to, and so waits for no child any more. */
  private void awaitSleep(ProcessIdentity process) {
    Eventually.holds(
        "it sleeps", () -> processes.view(process).orElseThrow().commandLine().equals("sleep 60"));
  }

  @Test
  void this_process_is_alive() {
    assertEquals(ALIVE, processes.judge(host.self()));
  }

  @Test
  void a_child_is_alive_until_it_is_killed_and_then_dead() throws Exception {
    Child child = children.start("sleep", "60");
    ProcessIdentity process = children.identity(child.pid());
    assertEquals(ALIVE, processes.judge(process));
    child.process().destroyForcibly().waitFor();
    assertEquals(DEAD, processes.judge(process));
    assertTrue(processes.view(process).isEmpty());
    assertTrue(processes.startTicks(process.pid()).isEmpty());
  }

  @Test
  void a_pid_with_another_start_is_dead() throws Exception {
    ProcessIdentity now = children.identity(children.start("sleep", "60").pid());
    ProcessIdentity former =
        new ProcessIdentity(now.pid(), now.startTicks() - 1, now.pidNamespace(), now.uid());
    assertEquals(DEAD, processes.judge(former));
  }

  @Test
  void a_killed_child_that_nobody_waits_for_is_dead_although_java_says_alive() throws Exception {
    // sleep takes the place of the shell, and does not wait for the child it finds itself with.
    Child parent = children.start("sh", "-c", "sleep 60 & echo $!; exec sleep 60");
    ProcessIdentity zombie = children.identity(Long.parseLong(parent.line()));
    awaitSleep(children.identity(parent.pid()));
    ProcessHandle handle = ProcessHandle.of(zombie.pid()).orElseThrow();
    handle.destroyForcibly();
    Eventually.holds("judged dead", () -> processes.judge(zombie) == DEAD);
    assertEquals('Z', state(zombie));
    assertTrue(handle.isAlive());
  }

  @Test
  void a_process_whose_first_thread_has_ended_is_alive() throws Exception {
    String script =
        """
        import ctypes, threading, time
        threading.Thread(target=time.sleep, args=(60,)).start()
        print("ready", flush=True)
        ctypes.CDLL(None).pthread_exit(None)
        """;
    assumeTrue(runs("python3", "-c", "import ctypes"), "no python3 to end a first thread with");
    Child child = children.start("python3", "-c", script);
    assertEquals("ready", child.line());
    ProcessIdentity process = children.identity(child.pid());
    Eventually.holds("its first thread has ended", () -> state(process) == 'Z');
    assertEquals(ALIVE, processes.judge(process));
  }

  @Test
  void a_stopped_process_is_alive_and_shown_as_stopped() throws Exception {
    Child child = children.start("sleep", "60");
    ProcessIdentity process = children.identity(child.pid());
    assertTrue(runs("kill", "-STOP", Long.toString(child.pid())));
    Eventually.holds("stopped", () -> state(process) == 'T');
    assertEquals(ALIVE, processes.judge(process));
    assertEquals("sleep 60", processes.view(process).orElseThrow().commandLine());
  }

  @Test
  void a_malicious_name_confuses_nobody(@TempDir Path folder) throws Exception {
    Path program = folder.resolve("a) Z 1 \n2) X 1");
    Files.copy(Path.of("/bin/sleep").toRealPath(), program);
    ProcessIdentity process = children.identity(children.start(program.toString(), "60").pid());
    Eventually.holds("it runs under its name", () -> state(process) == 'S');
    assertEquals(ALIVE, processes.judge(process));
  }

  @Test
  void no_process_is_called_dead_too_early_while_many_end() throws Exception {
    for (int i = 0; i < 30; i++) {
      Child child = children.start("sh", "-c", "read line");
      ProcessIdentity process = children.identity(child.pid());
      assertEquals(ALIVE, processes.judge(process));
      child.process().outputWriter().close();
      Eventually.holds("dead", () -> processes.judge(process) == DEAD);
      assertEquals(1, child.process().waitFor());
    }
  }

  @Test
  void without_descriptors_nobody_is_called_dead_and_no_search_is_called_complete()
      throws Exception {
    Child child =
        children.farJudge("ulimit -n 50; exec \"$@\"", "carriers", "exhaust", "self", "carriers");
    assertEquals("SOME UNKNOWN ERROR", child.line());
  }

  @Test
  void a_process_in_another_pid_namespace_is_judged_from_the_initial_one() throws Exception {
    assumeNamespaces("-p");
    assumeTrue(
        host.self().pidNamespace() == NamespaceSearch.INITIAL_NAMESPACE,
        "the tests do not run in the initial pid namespace");
    Child child =
        children.start(
            "unshare",
            "-pf",
            "--kill-child",
            "--mount-proc",
            "sh",
            "-c",
            """
        sleep 60 &
        echo $!; readlink /proc/self/ns/pid; cat /proc/$!/stat /proc/1/stat; exec sleep 60
        """);
    long pid = Long.parseLong(child.line());
    long namespace = Long.parseLong(child.line().replaceAll("\\D", ""));
    long startTicks = ProcStat.require(child.line().getBytes(UTF_8)).startTicks();
    long startOfFirst = ProcStat.require(child.line().getBytes(UTF_8)).startTicks();
    ProcessIdentity inside = new ProcessIdentity(pid, startTicks, namespace, host.uid());
    assertEquals(ALIVE, processes.judge(inside));
    awaitSleep(inside);
    ProcessIdentity firstInside = new ProcessIdentity(1, startOfFirst, namespace, host.uid());
    awaitSleep(firstInside);
    long outside = NamespaceSearch.pidOf(inside, new ProcTable(Path.of("/proc")));
    assertTrue(runs("kill", "-KILL", Long.toString(outside)));
    Eventually.holds("dead as a zombie", () -> processes.judge(inside) == DEAD);
    assertEquals('Z', state(inside));
    child.process().destroyForcibly().waitFor();
    Eventually.holds("gone with its namespace", () -> processes.view(inside).isEmpty());
    assertEquals(DEAD, processes.judge(inside));
  }

  @Test
  void in_a_namespace_that_still_shows_the_outer_proc_nobody_is_dead() throws Exception {
    assumeNamespaces("-p");
    Child child = children.farJudge("exec unshare -pf --kill-child \"$@\"", UNSEEN_PID + ".1");
    assertEquals("UNKNOWN", child.line());
  }

  @Test
  void from_an_inner_namespace_the_outer_processes_are_unknown() throws Exception {
    assumeNamespaces("-p");
    Child child =
        children.farJudge(
            "exec unshare -pf --kill-child --mount-proc \"$@\"",
            host.self().toString(),
            UNSEEN_PID + ".1",
            "self");
    assertEquals("UNKNOWN DEAD ALIVE", child.line());
  }

  @Test
  void where_proc_hides_the_processes_of_others_nobody_is_dead() throws Exception {
    assumeNamespaces("-m");
    assumeTrue(
        runs("setpriv", "--reuid=65534", "--clear-groups", "java", "-version"),
        "no setpriv, or java is not for everybody");
    Child child =
        children.farJudge(
            "exec unshare -pfm --kill-child sh -c 'mount -t proc -o hidepid=2 proc /proc &&"
                + " exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"' sh \"$@\"",
            UNSEEN_PID + ".1",
            "self");
    assertEquals("UNKNOWN ALIVE", child.line());
  }

  private static void assumeNamespaces(String kind) throws IOException, InterruptedException {
    assumeTrue(runs("unshare", kind, "-f", "true"), "this user may not make namespaces");
  }

  private static boolean runs(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }
}
