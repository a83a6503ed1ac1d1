package dev.lockbroker.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.journal.Party;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.LinuxProcesses;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.Ticket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The SDK on journals alone, in one JVM. */
@Timeout(60)
class DirectClientTest {
  @TempDir Path folder;

  private Path path;
  private LockClient client;

  @BeforeEach
  void open() throws Exception {
    path = Files.createDirectory(folder.resolve("thing"));
    client = LockClient.open(options(Map.of()));
  }

  @AfterEach
  void close() {
    client.close();
  }

  private ClientOptions options(Map<String, String> environment) {
    return ClientOptions.fromEnvironment(Map.of("HOME", folder.toString()))
        .withMode(ClientOptions.Mode.DIRECT)
        .withEnvironment(environment);
  }

  private LockRequest asked(String owner) {
    return LockRequest.exclusive(path).owner(owner).label(owner);
  }

  private static <T> T soon(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  @Test
  void a_free_lock_is_granted_and_given_back() throws Exception {
    Lease lease = client.acquire(asked("a"));
    assertTrue(lease.isHeld());
    lease.close();
    assertFalse(lease.isHeld());
    assertThrows(LeaseLostException.class, lease::requireHeld);
    client.acquire(asked("b")).close();
  }

  @Test
  void tokens_rise_with_every_grant() throws Exception {
    long last = 0;
    for (int i = 0; i < 50; i++) {
      try (Lease lease = client.acquire(asked("a"))) {
        assertTrue(lease.token() > last);
        last = lease.token();
      }
    }
  }

  @Test
  void waiters_are_served_in_the_order_of_asking() throws Exception {
    Lease first = client.acquire(asked("first"));
    List<Integer> served = new ArrayList<>();
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int number = i;
      all.add(
          client
              .acquireAsync(asked("waiter" + i))
              .thenAccept(
                  lease -> {
                    served.add(number);
                    lease.close();
                  }));
    }
    first.close();
    for (CompletableFuture<?> one : all) {
      soon(one);
    }
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      expected.add(i);
    }
    assertEquals(expected, served);
  }

  @Test
  void a_request_that_does_not_wait_is_refused_at_once() throws Exception {
    try (Lease held = client.acquire(asked("a"))) {
      assertEquals(Optional.empty(), client.tryAcquire(asked("b")));
      LockTimeoutException refused =
          assertThrows(
              LockTimeoutException.class, () -> client.acquire(asked("b").noWait()).close());
      assertEquals(held.token(), refused.holders().get(0).token());
    }
    assertTrue(client.tryAcquire(asked("b")).isPresent());
  }

  @Test
  void a_timed_out_waiter_never_receives_the_lock_and_the_queue_moves_on() throws Exception {
    Lease first = client.acquire(asked("first"));
    CompletableFuture<Lease> late =
        client.acquireAsync(asked("late").waitAtMost(Duration.ofMillis(50)));
    CompletableFuture<Lease> next = client.acquireAsync(asked("next"));
    ExecutionException failure = assertThrows(ExecutionException.class, () -> soon(late));
    assertInstanceOf(LockTimeoutException.class, failure.getCause());
    first.close();
    soon(next).close();
  }

  @Test
  void a_cancelled_waiter_never_receives_the_lock_and_the_queue_moves_on() throws Exception {
    Lease first = client.acquire(asked("first"));
    CompletableFuture<Lease> cancelled = client.acquireAsync(asked("cancelled"));
    CompletableFuture<Lease> next = client.acquireAsync(asked("next"));
    assertTrue(cancelled.cancel(true));
    first.close();
    soon(next).close();
  }

  @Test
  void an_interrupted_waiter_leaves_the_queue() throws Exception {
    Lease first = client.acquire(asked("first"));
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    CompletableFuture<QueueUpdate> queued = new CompletableFuture<>();
    Thread waiter =
        new Thread(
            () -> {
              try {
                client.acquire(LockRequest.exclusive(path).onQueued(queued::complete)).close();
                outcome.complete(new AssertionError("granted"));
              } catch (InterruptedException e) {
                outcome.complete(e);
              }
            });
    waiter.start();
    soon(queued);
    waiter.interrupt();
    assertInstanceOf(InterruptedException.class, soon(outcome));
    first.close();
    client.acquire(asked("next")).close();
  }

  @Test
  void an_interrupted_thread_is_refused_at_once_but_harms_nobody() throws Exception {
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> client.acquire(asked("a")).close());
    assertFalse(Thread.currentThread().isInterrupted());
    client.acquire(asked("b")).close();
  }

  @Test
  void a_waiter_is_told_its_place_and_who_holds() throws Exception {
    Lease first = client.acquire(asked("first"));
    CompletableFuture<QueueUpdate> told = new CompletableFuture<>();
    CompletableFuture<Lease> second = client.acquireAsync(asked("second"));
    CompletableFuture<Lease> third = client.acquireAsync(asked("third").onQueued(told::complete));
    QueueUpdate update = soon(told);
    assertEquals(2, update.position());
    assertEquals(2, update.waiters());
    assertEquals("first", update.holders().get(0).label());
    assertEquals(ProcessHandle.current().pid(), update.holders().get(0).pid());
    first.close();
    soon(second).close();
    soon(third).close();
  }

  @Test
  void each_of_many_waiting_learns_its_place_when_one_leaves() throws Exception {
    Lease first = client.acquire(asked("first"));
    List<CompletableFuture<Lease>> waiting = new ArrayList<>();
    List<BlockingQueue<Integer>> places = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      BlockingQueue<Integer> mine = new LinkedBlockingQueue<>();
      places.add(mine);
      waiting.add(
          client.acquireAsync(asked("waiter" + i).onQueued(news -> mine.add(news.position()))));
    }
    waiting.get(0).cancel(false);
    for (int i = 1; i < 60; i++) {
      Integer told = 0;
      while (told != null && told != i) {
        told = places.get(i).poll(20, TimeUnit.SECONDS);
      }
      assertEquals(i, told);
    }
    waiting.forEach(one -> one.cancel(false));
    first.close();
  }

  @Test
  void an_owner_enters_its_lease_again_and_the_last_leaving_releases_it() throws Exception {
    Lease outer = client.acquire(asked("a"));
    Lease inner = client.acquire(asked("a").scope("/worktree/x"));
    assertEquals(outer.ticket(), inner.ticket());
    outer.close();
    assertTrue(inner.isHeld());
    assertEquals(Optional.empty(), client.tryAcquire(asked("b")));
    inner.close();
    assertTrue(client.tryAcquire(asked("b")).isPresent());
  }

  @Test
  void an_owner_that_would_wait_for_itself_is_refused() throws Exception {
    try (Lease part = client.acquire(asked("a").scope("/worktree/x"))) {
      assertThrows(WouldDeadlockException.class, () -> client.acquire(asked("a")).close());
      client.acquire(asked("a").scope("/worktree/y")).close();
      assertTrue(part.isHeld());
    }
  }

  @Test
  void a_child_joins_the_lease_that_its_environment_names() throws Exception {
    Lease outer = client.acquire(asked("outer"));
    try (LockClient child = LockClient.open(options(outer.environment()));
        Lease joined = child.acquire(asked("inner").scope("/worktree/x"))) {
      assertTrue(joined.isInherited());
      assertEquals(outer.token(), joined.token());
      assertTrue(joined.isHeld());
      outer.close();
      assertThrows(LeaseLostException.class, joined::requireHeld);
    }
  }

  @Test
  void a_child_that_needs_more_than_its_ancestor_has_is_refused() throws Exception {
    try (Lease outer = client.acquire(asked("outer").scope("/worktree/x"));
        LockClient child = LockClient.open(options(outer.environment()))) {
      assertThrows(WouldDeadlockException.class, () -> child.acquire(asked("inner")).close());
      assertFalse(child.acquire(asked("inner").scope("/worktree/y")).isInherited());
    }
  }

  @Test
  void the_name_of_an_ended_lease_opens_nothing() throws Exception {
    Lease outer = client.acquire(asked("outer"));
    Map<String, String> environment = outer.environment();
    outer.close();
    try (LockClient child = LockClient.open(options(environment));
        Lease own = child.acquire(asked("inner"))) {
      assertFalse(own.isInherited());
    }
  }

  @Test
  void a_malformed_inherited_lease_is_a_clear_error() {
    InvalidRequestException refused =
        assertThrows(
            InvalidRequestException.class,
            () -> LockClient.open(options(Map.of(LeaseTag.VARIABLE, "nonsense"))).close());
    assertTrue(String.valueOf(refused.getMessage()).contains("unset it"));
  }

  @Test
  void disjoint_parts_and_readers_are_held_together() throws Exception {
    try (Lease x = client.acquire(asked("a").scope("/worktree/x"));
        Lease y = client.acquire(asked("b").scope("/worktree/y"));
        Lease r1 = client.acquire(LockRequest.shared(path).owner("c").scope("/ref/a"));
        Lease r2 = client.acquire(LockRequest.shared(path).owner("d").scope("/ref"))) {
      for (Lease lease : List.of(x, y, r1, r2)) {
        assertTrue(lease.isHeld());
      }
      assertEquals(Optional.empty(), client.tryAcquire(asked("e").scope("/ref/a")));
    }
  }

  @Test
  void several_claims_are_granted_together_or_not_at_all() throws Exception {
    try (Lease x = client.acquire(asked("a").scope("/worktree/x"))) {
      LockRequest both = asked("b").scope("/worktree/y").and(LockMode.EXCLUSIVE, "/worktree/x");
      assertEquals(Optional.empty(), client.tryAcquire(both));
      client.acquire(asked("c").scope("/worktree/y")).close();
      assertTrue(x.isHeld());
    }
  }

  @Test
  void the_holder_is_told_that_its_lease_was_ended_by_force() throws Exception {
    Lease lease = client.acquire(asked("a"));
    CompletableFuture<LossCause> told = new CompletableFuture<>();
    lease.onLost(told::complete);
    force(lease);
    assertEquals(LossCause.FORCED, soon(told));
    assertThrows(LeaseLostException.class, lease::requireHeld);
    lease.close();
    client.acquire(asked("a")).close();
  }

  @Test
  void a_waiter_that_is_ended_by_force_is_told_and_does_not_queue_again() throws Exception {
    try (Lease lease = client.acquire(asked("a"))) {
      CompletableFuture<Lease> waiting = client.acquireAsync(asked("b"));
      force(lease.ticket() + 2, 0);
      ExecutionException failure = assertThrows(ExecutionException.class, () -> soon(waiting));
      assertInstanceOf(LeaseLostException.class, failure.getCause());
    }
    assertTrue(client.tryAcquire(asked("c")).isPresent());
  }

  @Test
  void a_listener_that_comes_too_late_is_told_all_the_same() throws Exception {
    Lease lease = client.acquire(asked("a"));
    CompletableFuture<LossCause> first = new CompletableFuture<>();
    CompletableFuture<LossCause> second = new CompletableFuture<>();
    lease.onLost(first::complete);
    force(lease);
    soon(first);
    lease.onLost(second::complete);
    assertEquals(LossCause.FORCED, soon(second));
  }

  @Test
  void deleting_the_journal_ends_every_lease() throws Exception {
    Lease lease = client.acquire(asked("a"));
    CompletableFuture<LossCause> told = new CompletableFuture<>();
    lease.onLost(told::complete);
    Path journal = journalDirectory();
    Files.move(journal, journal.resolveSibling("away"));
    assertEquals(LossCause.DELETED, soon(told));
    try (Lease next = client.acquire(asked("b"))) {
      assertTrue(next.token() > lease.token());
    }
  }

  @Test
  void a_body_that_outlives_its_lease_is_told() throws Exception {
    assertEquals("done", client.withLock(asked("a"), () -> "done"));
    assertThrows(
        LeaseLostException.class,
        () ->
            client.withLock(
                asked("a"),
                () -> {
                  Lease again = client.acquire(asked("a"));
                  force(again);
                  return "too late";
                }));
  }

  @Test
  void a_short_lease_is_prolonged_for_as_long_as_it_is_held() throws Exception {
    try (Lease lease = client.acquire(asked("a").ttl(Duration.ofMillis(200)))) {
      CompletableFuture<Lease> next =
          client.acquireAsync(asked("b").waitAtMost(Duration.ofSeconds(1)));
      ExecutionException failure = assertThrows(ExecutionException.class, () -> soon(next));
      assertInstanceOf(LockTimeoutException.class, failure.getCause());
      lease.requireHeld();
    }
  }

  @Test
  void a_lease_kept_by_a_process_is_released_only_after_its_end() throws Exception {
    Lease lease = client.acquire(asked("a").keptByProcesses());
    Process worker = lease.start(new ProcessBuilder("cat"));
    assertThrows(WorkerAliveException.class, lease::close);
    assertTrue(lease.isHeld());
    worker.getOutputStream().close();
    assertEquals(0, worker.waitFor());
    lease.close();
    client.acquire(asked("b")).close();
  }

  @Test
  void a_command_is_not_run_when_its_lease_has_ended() throws Exception {
    Path mark = folder.resolve("mark");
    Lease lease = client.acquire(asked("a").keptByProcesses());
    ProcessBuilder builder = new ProcessBuilder("touch", mark.toString());
    ProcessBuilder inTheWay = new ProcessBuilder("true");
    lease.start(inTheWay).waitFor();
    force(lease);
    builder.command(inTheWay.command().subList(0, inTheWay.command().size() - 1));
    builder.command().addAll(List.of("touch", mark.toString()));
    assertEquals(75, builder.start().waitFor());
    assertFalse(Files.exists(mark));
  }

  @Test
  void a_living_process_can_keep_a_lease_and_a_dead_one_cannot() throws Exception {
    Lease lease = client.acquire(asked("a").keptByProcesses());
    Process other = new ProcessBuilder("cat").start();
    lease.addProcess(other.pid());
    assertThrows(WorkerAliveException.class, lease::close);
    other.destroyForcibly().waitFor();
    assertThrows(InvalidRequestException.class, () -> lease.addProcess(other.pid()));
    lease.close();
  }

  @Test
  void a_lease_kept_by_heartbeats_starts_no_commands() throws Exception {
    try (Lease lease = client.acquire(asked("a"))) {
      assertThrows(IllegalStateException.class, () -> lease.start(new ProcessBuilder("true")));
    }
  }

  @Test
  void bad_requests_are_refused_with_a_sentence() {
    assertThrows(InvalidRequestException.class, () -> asked("a").label("x".repeat(10_000)));
    assertThrows(InvalidRequestException.class, () -> asked("a").scope("no/slash"));
    assertThrows(InvalidRequestException.class, () -> asked("a").scope("/a/../b"));
    assertThrows(InvalidRequestException.class, () -> asked("a").ttl(Duration.ZERO));
    assertThrows(InvalidRequestException.class, () -> asked("a").ttl(Duration.ofHours(2)));
    assertThrows(
        InvalidRequestException.class, () -> asked("a").waitAtMost(Duration.ofSeconds(-1)));
    assertThrows(
        NoSuchRepositoryException.class,
        () -> client.acquire(LockRequest.exclusive(folder.resolve("nowhere"))).close());
    assertThrows(InvalidRequestException.class, () -> client.acquire(asked("a").worktree()));
  }

  @Test
  void a_required_broker_that_is_not_there_is_an_error() {
    try (LockClient strict =
        LockClient.open(
            options(Map.of())
                .withMode(ClientOptions.Mode.BROKER)
                .withSocket(folder.resolve("none.sock")))) {
      UnavailableException refused =
          assertThrows(UnavailableException.class, () -> strict.acquire(asked("a")).close());
      assertEquals(UnavailableException.Cause.NO_BROKER, refused.what());
    }
  }

  @Test
  void a_socket_without_a_broker_behind_it_is_passed_over() throws Exception {
    Path dead = Files.createFile(folder.resolve("dead.sock"));
    try (LockClient auto =
            LockClient.open(options(Map.of()).withMode(ClientOptions.Mode.AUTO).withSocket(dead));
        Lease lease = auto.acquire(asked("a"))) {
      assertTrue(lease.isHeld());
    }
  }

  @Test
  void closing_the_client_gives_everything_back_and_leaves_no_thread() throws Exception {
    Lease lease = client.acquire(asked("a"));
    CompletableFuture<Lease> waiting = client.acquireAsync(asked("b"));
    client.close();
    assertThrows(CancellationException.class, () -> soon(waiting));
    assertFalse(lease.isHeld());
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      assertFalse(thread.getName().startsWith("lockbroker"), thread.getName());
    }
    assertThrows(UnavailableException.class, () -> client.acquire(asked("c")).close());
    try (LockClient other = LockClient.open(options(Map.of()))) {
      assertTrue(other.tryAcquire(asked("d")).isPresent());
    }
  }

  @Test
  void closing_the_client_leaves_no_descriptor() throws Exception {
    client.acquire(asked("a")).close();
    Path journal = journalDirectory();
    client.close();
    try (var descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        if (Files.isSymbolicLink(descriptor)) {
          Path target = Files.readSymbolicLink(descriptor);
          assertFalse(target.startsWith(journal), target.toString());
        }
      }
    }
  }

  private Path journalDirectory() throws Exception {
    try (var folders = Files.newDirectoryStream(folder.resolve(".local/state/lockbroker/paths"))) {
      return folders.iterator().next();
    }
  }

  private void force(Lease lease) throws Exception {
    force(lease.ticket(), lease.token());
  }

  private void force(long ticket, long token) throws Exception {
    Host host = LinuxHost.current();
    Party nobody =
        new Party() {
          @Override
          public boolean actsFor(Ticket ticket) {
            return false;
          }

          @Override
          public boolean vouchesFor(ProcessIdentity process) {
            return false;
          }
        };
    try (Arbiter arbiter =
        Arbiter.open(journalDirectory(), host, new LinuxProcesses(host, Path.of("/proc")))) {
      arbiter.transact(
          List.of(new Command.Force(ticket, token)), nobody, Arbiter.GUARD_PATIENCE_NANOS);
    } catch (JournalException e) {
      throw new IllegalStateException(e);
    }
  }
}
