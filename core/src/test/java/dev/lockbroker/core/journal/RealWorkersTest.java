package dev.lockbroker.core.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.LinuxProcesses;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.process.Verdict;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Refusal;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kind run with real processes: shells, zombies, hooks and daemons. */
@Timeout(30)
class RealWorkersTest {
  @TempDir Path repository;
  private final Host host = LinuxHost.current();
  private final Processes processes = new LinuxProcesses(host, Path.of("/proc"));
  private final List<Process> children = new ArrayList<>();
  private final List<Long> grandchildren = new ArrayList<>();
  private Arbiter arbiter = Arbiter.open(Path.of("unused"), host, processes);

  @BeforeEach
  void open() {
    arbiter = Arbiter.open(repository.resolve("lockbroker"), host, processes);
  }

  @AfterEach
  void end() throws InterruptedException {
    arbiter.close();
    grandchildren.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    for (Process child : children) {
      child.destroyForcibly().waitFor();
    }
  }

  private Ticket acquire(RequestId id, LeaseKind kind, ProcessIdentity client, long ttl)
      throws JournalException {
    return Asks.held(arbiter, ask(id, kind, client, ttl));
  }

  private static Command ask(RequestId id, LeaseKind kind, ProcessIdentity client, long ttl) {
    return new Command.Request(id, Asks.claims("X:/"), client, ttl, kind, "", false, false);
  }

  /** A shell in a session of its own that carries the lease, and what it printed first. */
  private Process shell(RequestId id, String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", script);
    builder.environment().put(LeaseTag.VARIABLE, tag(id));
    Process child = builder.start();
    children.add(child);
    return child;
  }

  private String tag(RequestId id) {
    return new LeaseTag(arbiter.place(), id, 1, 2, Asks.claims("X:/")).encode();
  }

  private static long number(Process child) throws IOException {
    BufferedReader reader = child.inputReader(StandardCharsets.UTF_8); // the same one each time
    return Long.parseLong(String.valueOf(reader.readLine()).trim());
  }

  private ProcessIdentity identity(long pid) {
    return new ProcessIdentity(
        pid, processes.startTicks(pid).orElseThrow(), host.self().pidNamespace(), host.uid());
  }

  private void waitForDeath(ProcessIdentity process) throws InterruptedException {
    while (processes.judge(process) != Verdict.DEAD) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private boolean isFreeFor(RequestId other) throws JournalException {
    return Asks.one(arbiter, ask(other, LeaseKind.LEASE, host.self(), 1000))
        instanceof Outcome.Held;
  }

  /** A client that is dead already, as after kill -9 of a wrapper. */
  private ProcessIdentity deadClient() throws Exception {
    Process brief = new ProcessBuilder("sh", "-c", "echo $$; read line").start();
    children.add(brief);
    ProcessIdentity identity = identity(number(brief));
    brief.destroyForcibly().waitFor();
    return identity;
  }

  @Test
  void a_real_worker_keeps_the_lease_of_a_dead_client_until_it_ends() throws Exception {
    RequestId id = RandomBits.requestId();
    RequestId other = RandomBits.requestId();
    Ticket lease = acquire(id, LeaseKind.RUN, deadClient(), 1000);
    Process worker = shell(id, "echo $$; read line");
    ProcessIdentity identity = identity(number(worker));
    assertTrue(arbiter.register(RunFolder.of(lease), identity, identity.pid()));
    assertFalse(isFreeFor(other));
    assertEquals(
        Refusal.WORKER_ALIVE,
        Asks.refused(arbiter, new Command.End(lease.number(), EndReason.RELEASED)));
    worker.destroyForcibly().waitFor();
    assertTrue(isFreeFor(other));
  }

  @Test
  void a_zombie_counts_as_dead() throws Exception {
    RequestId id = RandomBits.requestId();
    Ticket lease = acquire(id, LeaseKind.RUN, deadClient(), 1000);
    Process parent = shell(id, "sh -c 'echo $$; exec sleep 300 >&2' & exec sleep 100 >&2");
    long zombie = number(parent);
    grandchildren.add(zombie);
    ProcessIdentity identity = identity(zombie);
    assertTrue(arbiter.register(RunFolder.of(lease), identity, 1));
    assertFalse(isFreeFor(RandomBits.requestId()));
    ProcessHandle.of(zombie).orElseThrow().destroyForcibly();
    waitForDeath(identity);
    assertTrue(ProcessHandle.of(zombie).isPresent(), "its parent never waits for it");
    Asks.turn(arbiter);
    assertEquals(1, arbiter.table().held().size());
    assertEquals(0, arbiter.table().waiting().size());
  }

  @Test
  void a_hook_of_a_killed_worker_keeps_the_lease_and_a_daemon_does_not() throws Exception {
    RequestId id = RandomBits.requestId();
    RequestId other = RandomBits.requestId();
    Ticket lease = acquire(id, LeaseKind.RUN, deadClient(), 1000);
    Process worker =
        shell(
            id,
            "echo $$; sleep 300 >&2 & echo $!; setsid sh -c 'echo $$; exec sleep 301 >&2' & read line");
    long pid = number(worker);
    long hook = number(worker);
    grandchildren.add(hook);
    long daemon = number(worker);
    grandchildren.add(daemon);
    ProcessIdentity identity = identity(pid);
    assertTrue(arbiter.register(RunFolder.of(lease), identity, pid));
    worker.destroyForcibly().waitFor();
    assertFalse(isFreeFor(other));
    assertNotNull(arbiter.table().ticket(lease.number()));
    assertTrue(
        arbiter.workers(RunFolder.of(lease)).stream().anyMatch(entry -> entry.pid() == hook),
        "the hook is registered");
    ProcessIdentity hookIdentity = identity(hook);
    ProcessHandle.of(hook).orElseThrow().destroyForcibly();
    waitForDeath(hookIdentity);
    assertEquals(Verdict.ALIVE, processes.judge(identity(daemon)));
    assertTrue(isFreeFor(other));
  }

  @Test
  void a_worker_of_a_foreign_pid_namespace_counts_as_alive_for_who_cannot_see_it()
      throws Exception {
    RequestId id = RandomBits.requestId();
    ProcessIdentity foreign = new ProcessIdentity(999_999, 1, 1, host.uid());
    Ticket lease = acquire(id, LeaseKind.LEASE, foreign, 60_000);
    Outcome outcome =
        Asks.one(arbiter, ask(RandomBits.requestId(), LeaseKind.LEASE, host.self(), 1000));
    boolean initial = host.self().pidNamespace() == 0xEFFFFFFCL;
    if (initial) {
      // From the initial namespace everything is visible, so absence is a proof.
      assertInstanceOf(Outcome.Held.class, outcome);
      assertNull(arbiter.table().ticket(lease.number()));
    } else {
      assertInstanceOf(Outcome.Waiting.class, outcome);
      assertNotNull(arbiter.table().ticket(lease.number()));
    }
  }
}
