package dev.lockbroker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program as a process. */
@Timeout(120)
class MainTest extends BrokerFixture {
  private Process lockbrokerd(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LOCKBROKER_STATE", folder.resolve("state").toString());
    builder.environment().put("LOCKBROKER_SOCKET", folder.resolve("main/s").toString());
    Process process = builder.start();
    closing(() -> process.destroyForcibly());
    return process;
  }

  private static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static int end(Process process) throws InterruptedException {
    assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it does not end");
    return process.exitValue();
  }

  @Test
  void it_says_when_it_is_ready_and_ends_in_order_on_a_signal() throws Exception {
    Path at = folder.resolve("main/s");
    Process process = lockbrokerd();
    BufferedReader output = output(process);
    assertEquals("lockbrokerd: ready on " + at + " (pid " + process.pid() + ")", output.readLine());
    TestSession session = closing(TestSession.open(at));
    session.lock(repository);
    process.destroy();
    assertEquals("UNAVAILABLE", session.end().getCode().toString());
    assertEquals(0, end(process));
    assertFalse(Files.exists(at));
    Path log = folder.resolve("state/lockbrokerd.log");
    assertTrue(Files.readString(log).contains("listens on"));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(log)));
  }

  @Test
  void a_killed_broker_loses_nothing_and_is_replaced() throws Exception {
    Path at = folder.resolve("main/s");
    Process first = lockbrokerd();
    output(first).readLine();
    TestSession holder = closing(TestSession.open(at));
    var request = holder.request(repository);
    holder.acquire(request);
    var lease = holder.granted();
    TestSession waiter = closing(TestSession.open(at));
    var waiting = waiter.request(repository);
    waiter.acquire(waiting);
    long place = waiter.queued().getTicket();
    first.destroyForcibly().waitFor();
    assertEquals("UNAVAILABLE", holder.end().getCode().toString());
    assertTrue(Files.exists(at));
    Process second = lockbrokerd();
    output(second).readLine();
    TestSession back = closing(TestSession.open(at));
    back.resume(request, lease.getToken());
    assertEquals(lease, back.granted());
    TestSession stillWaiting = closing(TestSession.open(at));
    stillWaiting.resume(waiting, 0);
    assertEquals(place, stillWaiting.queued().getTicket());
    back.release(lease);
    assertEquals(place, stillWaiting.granted().getTicket());
  }

  @Test
  void what_is_wrong_is_said_in_one_line_and_a_code() throws Exception {
    Process unknown = lockbrokerd("--nonsense");
    assertEquals(64, end(unknown));
    assertEquals(1, output(unknown).lines().count());
    Process second = lockbrokerd("--socket", socket.toString());
    assertEquals(69, end(second));
    assertTrue(output(second).readLine().contains("another broker runs (pid "));
    Process version = lockbrokerd("--version");
    assertEquals(0, end(version));
    assertTrue(output(version).readLine().startsWith("lockbrokerd "));
  }
}
