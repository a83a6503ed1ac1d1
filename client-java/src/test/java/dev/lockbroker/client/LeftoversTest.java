package dev.lockbroker.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs whose git was killed: what they see of it, and when their lease ends. */
@Timeout(60)
class LeftoversTest {
  @TempDir Path folder;
  private Path git;
  private LockClient client;

  @BeforeEach
  void open() throws Exception {
    git = folder.resolve("repo/.git");
    Files.createDirectories(git.resolve("objects"));
    Files.createDirectories(git.resolve("refs"));
    Files.writeString(git.resolve("HEAD"), "ref: refs/heads/main\n");
    client =
        LockClient.open(
            ClientOptions.fromEnvironment(Map.of("HOME", folder.toString()))
                .withMode(ClientOptions.Mode.DIRECT));
  }

  @AfterEach
  void close() {
    client.close();
  }

  private LockRequest asked(String owner) {
    return LockRequest.exclusive(folder.resolve("repo")).owner(owner).label(owner).scope("/");
  }

  private Process run(Lease lease, String script) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", script);
    Process process = lease.start(builder.directory(git.toFile()));
    process.waitFor();
    return process;
  }

  @Test
  void a_killed_command_ends_its_lease_as_a_death_and_its_lock_is_moved_aside() throws Exception {
    Lease lease = client.acquire(asked("first").keptByProcesses());
    assertEquals(137, run(lease, ": >index.lock; kill -9 $$").exitValue());
    lease.close();
    assertFalse(Files.exists(git.resolve("index.lock")));
    try (Lease next = client.acquire(asked("second"))) {
      List<Leftovers> leftovers = next.leftovers();
      assertEquals(1, leftovers.size());
      assertEquals("first", leftovers.get(0).label());
      assertEquals(lease.ticket(), leftovers.get(0).ticket());
      assertEquals(List.of("index.lock"), leftovers.get(0).movedAside());
      assertEquals(ProcessHandle.current().pid(), leftovers.get(0).pid());
    }
    try (Lease other = client.acquire(asked("third").scope("/name/x"))) {
      assertEquals(1, other.leftovers().size(), "it had all of the repository");
    }
  }

  @Test
  void a_command_that_fails_by_itself_is_no_death() throws Exception {
    for (int exit : new int[] {1, 128, 255}) {
      Lease lease = client.acquire(asked("first").keptByProcesses());
      assertEquals(exit, run(lease, ": >index.lock; exit " + exit).exitValue());
      lease.close();
      assertTrue(Files.exists(git.resolve("index.lock")));
      assertEquals(List.of(), lease.leftovers());
    }
  }

  @Test
  void what_a_killed_command_started_keeps_the_lease_until_it_ends() throws Exception {
    Lease lease = client.acquire(asked("first").keptByProcesses());
    // The test's own process leads the session, and so it is the one of the command, too.
    run(lease, "sleep 300 & echo $! >hook; kill -9 $$");
    assertThrows(WorkerAliveException.class, lease::close);
    assertTrue(client.tryAcquire(asked("second")).isEmpty());
    long hook = Long.parseLong(Files.readString(git.resolve("hook")).strip());
    ProcessHandle.of(hook).ifPresent(ProcessHandle::destroyForcibly);
    boolean again = true;
    while (again) {
      try {
        lease.close();
        again = false;
      } catch (WorkerAliveException e) {
        Thread.onSpinWait();
      }
    }
    client.acquire(asked("second")).close();
  }

  @Test
  void a_lease_without_a_command_is_kept_by_renewing_it() throws Exception {
    Lease lease = client.acquire(asked("first").keptByProcesses().ttl(Duration.ofMillis(500)));
    long end = System.nanoTime() + 1_200_000_000L;
    while (System.nanoTime() - end < 0) {
      lease.renew();
      assertTrue(client.tryAcquire(asked("second")).isEmpty());
    }
    lease.close();
    assertThrows(LeaseLostException.class, lease::renew);
  }
}
