package dev.lockbroker.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.journal.DeadlockFinder;
import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.LinuxProcesses;
import dev.lockbroker.core.repository.RepositoryResolver;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.core.table.WaitGraph.Reach;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cycles of waiting, found by clients without a broker. */
@Timeout(60)
class DeadlockTest {
  @TempDir Path folder;

  private final List<LockClient> clients = new ArrayList<>();
  private Path a;
  private Path b;
  private Path c;
  private LockClient client;

  @BeforeEach
  void open() throws Exception {
    a = Files.createDirectory(folder.resolve("a"));
    b = Files.createDirectory(folder.resolve("b"));
    c = Files.createDirectory(folder.resolve("c"));
    client = client(Map.of());
  }

  @AfterEach
  void close() {
    clients.forEach(LockClient::close);
  }

  private LockClient client(Map<String, String> environment) {
    LockClient made =
        LockClient.open(
            ClientOptions.fromEnvironment(Map.of("HOME", folder.toString()))
                .withMode(ClientOptions.Mode.DIRECT)
                .withEnvironment(environment));
    clients.add(made);
    return made;
  }

  private static LockRequest exclusive(Path path, Object owner) {
    return LockRequest.exclusive(path).owner(owner).label("job of " + owner);
  }

  private Path journal(Path path) throws Exception {
    Path state = ClientOptions.fromEnvironment(Map.of("HOME", folder.toString())).state();
    return RepositoryResolver.resolve(path, Map.of(), state).journalDirectory();
  }

  private void awaitWaiting(Path path, int count) throws Exception {
    Path journal = journal(path);
    Journals.await(
        () ->
            Journals.tickets(journal).stream().filter(ticket -> !ticket.isHeld()).count() == count,
        count + " wait for " + path);
  }

  /** What anybody sees who looks for a cycle that the one waiter there is in. */
  private @Nullable String cycleOf(Path path) throws Exception {
    Host host = LinuxHost.current();
    Path state = ClientOptions.fromEnvironment(Map.of("HOME", folder.toString())).state();
    Ticket waiter = Journals.tickets(journal(path)).get(1);
    return new DeadlockFinder(host, new LinuxProcesses(host, Path.of("/proc")), state)
        .find(journal(path), waiter.request(), Reach.ANY, Map.of());
  }

  private static String refused(CompletableFuture<Lease> asked) throws Exception {
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> asked.get(20, TimeUnit.SECONDS));
    return String.valueOf(
        assertInstanceOf(WouldDeadlockException.class, failed.getCause()).getMessage());
  }

  private static Lease soon(CompletableFuture<Lease> asked) throws Exception {
    return asked.get(20, TimeUnit.SECONDS);
  }

  @Test
  void a_request_says_what_its_owner_and_its_ancestors_hold() throws Exception {
    Lease outer = client.acquire(exclusive(c, "outer"));
    LockClient child = client(outer.environment());
    Lease first = child.acquire(exclusive(a, "one"));
    Lease foreign = client.acquire(exclusive(b, "other"));
    CompletableFuture<Lease> second = child.acquireAsync(exclusive(b, "one"));
    awaitWaiting(b, 1);
    Ticket waiter = Journals.tickets(journal(b)).get(1);
    List<RequestId> expected = new ArrayList<>();
    String tags = first.environment().get(LeaseTag.VARIABLE);
    assertNotNull(tags);
    LeaseTag.decode(tags).forEach(tag -> expected.add(tag.request()));
    assertEquals(2, expected.size());
    assertEquals(expected, waiter.inside().requests());
    foreign.close();
    soon(second).close();
    assertTrue(Journals.tickets(journal(b)).isEmpty());
  }

  @Test
  void of_two_in_opposite_order_the_second_is_told_the_cycle_and_the_first_goes_on()
      throws Exception {
    LockClient other = client(Map.of());
    Lease one = client.acquire(exclusive(a, "one"));
    Lease two = other.acquire(exclusive(b, "two"));
    CompletableFuture<Lease> first = client.acquireAsync(exclusive(b, "one"));
    awaitWaiting(b, 1);
    long startNanos = System.nanoTime();
    String why = refused(other.acquireAsync(exclusive(a, "two")));
    long tookMillis = (System.nanoTime() - startNanos) / 1_000_000;
    assertTrue(tookMillis < 2_000, tookMillis + " ms");
    long pid = ProcessHandle.current().pid();
    String expected =
        "would deadlock: you hold "
            + b
            + " (ticket "
            + two.ticket()
            + ") and ask for "
            + a
            + ", held by pid "
            + pid
            + " 'job of one' (ticket "
            + one.ticket()
            + "), which waits for "
            + b
            + "; give "
            + b
            + " back first, or ask for both at once";
    assertEquals(expected, why);
    awaitWaiting(a, 0);
    assertTrue(two.isHeld());
    assertFalse(first.isDone());
    two.close();
    soon(first).close();
    one.close();
  }

  @Test
  void threads_of_one_process_in_opposite_order_are_found() throws Exception {
    Lease mine = client.acquire(LockRequest.exclusive(a));
    Lease other = client.acquire(exclusive(b, "other"));
    CompletableFuture<Lease> waiting = client.acquireAsync(exclusive(a, "other"));
    awaitWaiting(a, 1);
    assertThrows(WouldDeadlockException.class, () -> client.acquire(LockRequest.exclusive(b)));
    assertTrue(mine.isHeld());
    mine.close();
    soon(waiting).close();
    other.close();
  }

  @Test
  void owners_that_only_look_like_a_cycle_of_processes_are_left_alone() throws Exception {
    LockClient other = client(Map.of());
    Lease one = client.acquire(exclusive(a, "one"));
    Lease two = other.acquire(exclusive(b, "two"));
    CompletableFuture<Lease> first = client.acquireAsync(exclusive(b, "somebody else"));
    CompletableFuture<Lease> second = other.acquireAsync(exclusive(a, "two"));
    awaitWaiting(a, 1);
    awaitWaiting(b, 1);
    assertNull(cycleOf(a));
    assertNull(cycleOf(b));
    assertFalse(first.isDone());
    assertFalse(second.isDone());
    one.close();
    soon(second).close();
    two.close();
    soon(first).close();
  }

  @Test
  void three_in_a_ring_are_found() throws Exception {
    Lease one = client.acquire(exclusive(a, "one"));
    Lease two = client.acquire(exclusive(b, "two"));
    Lease three = client.acquire(exclusive(c, "three"));
    CompletableFuture<Lease> first = client.acquireAsync(exclusive(b, "one"));
    awaitWaiting(b, 1);
    CompletableFuture<Lease> second = client.acquireAsync(exclusive(c, "two"));
    awaitWaiting(c, 1);
    String why = refused(client.acquireAsync(exclusive(a, "three")));
    String chain = "held by .*'job of one'.*, held by .*'job of two'.*, which waits for " + c;
    assertTrue(why.matches(".*" + chain + ".*"), why);
    three.close();
    soon(second).close();
    two.close();
    soon(first).close();
    one.close();
  }

  @Test
  void a_grandchild_behind_one_who_waits_for_its_ancestor_is_found() throws Exception {
    Lease outer = client.acquire(exclusive(a, "outer").scope("/name/one"));
    LockClient child = client(outer.environment());
    Lease inner = child.acquire(exclusive(b, "inner"));
    LockClient grandchild = client(inner.environment());
    CompletableFuture<Lease> other = client.acquireAsync(exclusive(a, "other"));
    awaitWaiting(a, 1);
    String why = refused(grandchild.acquireAsync(exclusive(a, "grandchild").scope("/name/two")));
    assertTrue(why.contains("'job of other'") && why.contains("that lease"), why);
    inner.close();
    outer.close();
    soon(other).close();
  }

  @Test
  void two_that_ask_at_the_same_instant_are_refused_once() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    for (int round = 0; round < 20; round++) {
      LockClient other = client(Map.of());
      Lease one = client.acquire(exclusive(a, "one"));
      Lease two = other.acquire(exclusive(b, "two"));
      Future<Boolean> first = threads.submit(() -> isRefused(client, exclusive(b, "one"), one));
      Future<Boolean> second = threads.submit(() -> isRefused(other, exclusive(a, "two"), two));
      assertNotEquals(first.get(20, TimeUnit.SECONDS), second.get(20, TimeUnit.SECONDS));
      other.close();
    }
    threads.shutdown();
  }

  /** Gives back what it holds in either case. */
  private static boolean isRefused(LockClient asker, LockRequest request, Lease held)
      throws InterruptedException {
    try (Lease more = asker.acquire(request)) {
      assertTrue(more.isHeld());
      return false;
    } catch (WouldDeadlockException e) {
      return true;
    } finally {
      held.close();
    }
  }

  @Test
  void a_cycle_that_the_youngest_does_not_break_is_broken_by_another() throws Exception {
    // Somebody who says what he holds, but never looks.
    Lease one = client.acquire(exclusive(a, "one"));
    CompletableFuture<Lease> unused = client.acquireAsync(exclusive(c, "one"));
    Lease mine = client.acquire(exclusive(b, "mine").ttl(Duration.ofMinutes(1)));
    CompletableFuture<Lease> waiting = client.acquireAsync(exclusive(a, "mine"));
    awaitWaiting(a, 1);
    String tags = one.environment().get(LeaseTag.VARIABLE);
    assertNotNull(tags);
    LeaseTag held = LeaseTag.decode(tags).get(0);
    Ticket silent = Journals.waitInside(journal(b), held.request());
    assertTrue(refused(waiting).startsWith("would deadlock: you hold " + b));
    assertNotNull(Journals.ticket(journal(b), silent.number()));
    mine.close();
    one.close();
    soon(unused).close();
  }
}
