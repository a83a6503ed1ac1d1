package dev.lockbroker.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.journal.RunFolder;
import dev.lockbroker.core.repository.RepositoryResolver;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.Ticket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several repositories in one request, without a broker. */
@Timeout(60)
class GroupTest {
  @TempDir Path folder;

  private final List<LockClient> clients = new ArrayList<>();
  private Path a = Path.of("");
  private Path b = a;
  private Path c = a;

  @BeforeEach
  void makeThem() throws Exception {
    a = Files.createDirectory(folder.resolve("a"));
    b = Files.createDirectory(folder.resolve("b"));
    c = Files.createDirectory(folder.resolve("c"));
  }

  @AfterEach
  void close() {
    clients.forEach(LockClient::close);
  }

  private LockClient client() {
    return client(Map.of());
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

  private static LockRequest any(Path path) {
    return LockRequest.exclusive(path).waitAtMost(Duration.ofSeconds(20));
  }

  private static LockRequest run(Path path) {
    return any(path).keptByProcesses();
  }

  private Path journal(Path path) throws Exception {
    Path state = ClientOptions.fromEnvironment(Map.of("HOME", folder.toString())).state();
    return RepositoryResolver.resolve(path, Map.of(), state).journalDirectory();
  }

  private List<Ticket> tickets(Path path) throws Exception {
    return Journals.tickets(journal(path));
  }

  private static <T> CompletableFuture<T> aside(java.util.concurrent.Callable<T> task) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return task.call();
          } catch (RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new java.util.concurrent.CompletionException(e);
          }
        });
  }

  @Test
  void all_are_taken_in_one_order_and_given_back() throws Exception {
    LeaseGroup group = client().acquireAll(List.of(any(c), any(a), any(b)));
    LeaseGroup expected = group;
    assertEquals(3, expected.leases().size());
    assertTrue(group.isHeld());
    List<Long> since = new ArrayList<>();
    List<Path> journals = new ArrayList<>(List.of(journal(a), journal(b), journal(c)));
    journals.sort(null);
    for (Path journal : journals) {
      since.add(Journals.tickets(journal).get(0).sinceNanos());
    }
    assertEquals(since.stream().sorted().toList(), since);
    group.close();
    assertFalse(group.isHeld());
    assertThrows(LeaseLostException.class, group::requireHeld);
    for (Path path : List.of(a, b, c)) {
      assertEquals(List.of(), tickets(path));
    }
    group.close();
  }

  @Test
  void where_one_stays_busy_nothing_of_the_others_is_kept() throws Exception {
    for (Path busy : List.of(a, b, c)) {
      Lease held = client().acquire(any(busy));
      LockClient asker = client();
      List<LockRequest> requests =
          List.of(any(a), any(b).waitAtMost(Duration.ofMillis(100)), any(c));
      LockTimeoutException late =
          assertThrows(LockTimeoutException.class, () -> asker.acquireAll(requests));
      assertTrue(String.valueOf(late.getMessage()).contains(busy.toString()), late.getMessage());
      for (Path path : List.of(a, b, c)) {
        assertEquals(path.equals(busy) ? 1 : 0, tickets(path).size());
      }
      held.close();
    }
  }

  @Test
  void who_does_not_wait_is_refused_at_once_and_keeps_nothing() throws Exception {
    Lease held = client().acquire(any(b));
    LockClient asker = client();
    List<LockRequest> requests = List.of(any(a), any(b).noWait(), any(c));
    assertThrows(LockTimeoutException.class, () -> asker.acquireAll(requests));
    assertEquals(List.of(), tickets(a));
    assertEquals(1, tickets(b).size());
    assertEquals(List.of(), tickets(c));
    held.close();
  }

  @Test
  void an_interrupt_gives_everything_back() throws Exception {
    Lease held = client().acquire(any(b));
    LockClient asker = client();
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try (LeaseGroup group = asker.acquireAll(List.of(run(a), run(b), run(c)))) {
                ended.complete(new AssertionError("got " + group.leases()));
              } catch (Throwable e) {
                ended.complete(e);
              }
            });
    thread.start();
    Path journal = journal(b);
    Journals.await(() -> Journals.tickets(journal).size() == 2, "the group waits for b");
    thread.interrupt();
    assertInstanceOf(InterruptedException.class, ended.get(20, TimeUnit.SECONDS));
    assertEquals(List.of(), tickets(a));
    assertEquals(1, tickets(b).size());
    assertEquals(List.of(), tickets(c));
    held.close();
  }

  @Test
  void what_is_held_does_not_lapse_while_the_rest_is_waited_for() throws Exception {
    Path last = journal(a).compareTo(journal(b)) < 0 ? b : a;
    Path first = last.equals(a) ? b : a;
    Lease busy = client().acquire(any(last));
    Duration ttl = Duration.ofMillis(150);
    LockClient asker = client();
    CompletableFuture<LeaseGroup> asked =
        aside(() -> asker.acquireAll(List.of(run(a).ttl(ttl), run(b).ttl(ttl))));
    Path journal = journal(first);
    Journals.await(() -> Journals.tickets(journal).size() == 1, "the first is held");
    Ticket held = Journals.tickets(journal).get(0);
    long later = held.requireHold().untilNanos() + 3 * ttl.toNanos();
    CompletableFuture<Lease> rival = client().acquireAsync(any(first));
    Journals.await(() -> System.nanoTime() - later > 0, "some ttl have passed");
    assertEquals(held.number(), Journals.tickets(journal).get(0).number());
    busy.close();
    LeaseGroup group = asked.get(20, TimeUnit.SECONDS);
    assertTrue(group.isHeld());
    group.close();
    rival.get(20, TimeUnit.SECONDS).close();
  }

  @Test
  void a_command_keeps_all_of_them_and_works_under_all_of_them() throws Exception {
    LeaseGroup group = client().acquireAll(List.of(run(a), run(b)));
    Process child =
        group.start(new ProcessBuilder("/bin/sh", "-c", "echo $LOCKBROKER_LEASE; read x"));
    String tags = child.inputReader().readLine();
    assertNotNull(tags);
    assertEquals(
        group.leases().stream().map(Lease::ticket).sorted().toList(),
        LeaseTag.decode(tags).stream().map(LeaseTag::ticket).sorted().toList());
    for (Path path : List.of(a, b)) {
      Path runFolder = RunFolder.of(tickets(path).get(0)).in(journal(path));
      try (var entries = Files.list(runFolder)) {
        String name = entries.findFirst().orElseThrow().getFileName().toString();
        assertTrue(name.startsWith(child.pid() + "."), name);
      }
    }
    LockClient nested = client(Map.of(LeaseTag.VARIABLE, tags));
    try (LeaseGroup inner = nested.acquireAll(List.of(run(b), run(a)))) {
      assertTrue(inner.isInherited());
      assertEquals(Map.of(), inner.environment());
    }
    assertThrows(WorkerAliveException.class, group::close);
    assertTrue(group.isHeld());
    child.destroyForcibly().waitFor();
    group.close();
    assertEquals(List.of(), tickets(a));
    assertEquals(List.of(), tickets(b));
  }

  @Test
  void a_command_that_cannot_be_registered_everywhere_is_not_run() throws Exception {
    Path one = Files.createDirectory(folder.resolve("one"));
    Path gone = folder.resolve("gone");
    Path mark = folder.resolve("mark");
    List<String> command = List.of("/bin/sh", "-c", "echo ran > \"$1\"", "sh", mark.toString());
    for (List<Path> places : List.of(List.of(one, gone), List.of(gone, one))) {
      Process process = new ProcessBuilder(Trampoline.wrap(places, command, true)).start();
      assertEquals(Trampoline.NOT_REGISTERED, process.waitFor());
      assertFalse(Files.exists(mark));
    }
    Process process = new ProcessBuilder(Trampoline.wrap(List.of(one), command, false)).start();
    assertEquals(0, process.waitFor());
    assertTrue(Files.exists(mark));
  }

  @Test
  void the_loss_of_one_is_told_once_and_stops_the_start() throws Exception {
    LeaseGroup group = client().acquireAll(List.of(run(a), run(b)));
    AtomicInteger told = new AtomicInteger();
    CompletableFuture<LossCause> cause = new CompletableFuture<>();
    LeaseGroup same =
        group.onLost(
            why -> {
              told.incrementAndGet();
              cause.complete(why);
            });
    assertEquals(group, same);
    for (Path path : List.of(a, b)) {
      Ticket ticket = tickets(path).get(0);
      var unused =
          Journals.transact(
              journal(path), new Command.Force(ticket.number(), ticket.requireHold().token()));
    }
    assertEquals(LossCause.FORCED, cause.get(20, TimeUnit.SECONDS));
    assertThrows(LeaseLostException.class, () -> group.start(new ProcessBuilder("true")));
    group.close();
    assertEquals(1, told.get());
  }

  @Test
  void requests_for_one_repository_become_one_ticket() throws Exception {
    LeaseGroup group =
        client()
            .acquireAll(
                List.of(
                    any(a).scope("/name/one").label("first").ttl(Duration.ofSeconds(9)),
                    any(b),
                    LockRequest.shared(a).scope("/name/two").ttl(Duration.ofSeconds(5))));
    assertEquals(2, group.leases().size());
    Ticket ticket = tickets(a).get(0);
    assertEquals("X:/name/one,S:/name/two", ticket.claims().toString());
    assertEquals("first", ticket.label());
    assertEquals(5_000, ticket.ttlMillis());
    group.close();
  }

  @Test
  void requests_that_do_not_go_together_are_refused_before_anything_is_taken() throws Exception {
    LockClient client = client();
    LockRequest many = any(a);
    for (int i = 0; i < 10; i++) {
      many = many.and(LockMode.EXCLUSIVE, "/name/n" + i);
    }
    LockRequest more = any(a);
    for (int i = 10; i < 20; i++) {
      more = more.and(LockMode.EXCLUSIVE, "/name/n" + i);
    }
    for (List<LockRequest> wrong :
        List.of(
            List.<LockRequest>of(),
            List.of(any(b), run(c)),
            List.of(any(b).owner("x"), any(c)),
            List.of(any(b).owner("x"), any(c).owner("y")),
            List.of(any(b), many, more))) {
      assertThrows(InvalidRequestException.class, () -> client.acquireAll(wrong));
    }
    assertThrows(
        NoSuchRepositoryException.class,
        () -> client.acquireAll(List.of(any(b), any(folder.resolve("nowhere")))));
    assertEquals(List.of(), tickets(b));
  }

  @Test
  void groups_in_whatever_order_never_deadlock() throws Exception {
    List<CompletableFuture<Integer>> workers = new ArrayList<>();
    AtomicInteger inside = new AtomicInteger();
    for (int i = 0; i < 4; i++) {
      LockClient client = client();
      List<LockRequest> requests = new ArrayList<>(List.of(any(a), any(b), any(c)));
      java.util.Collections.rotate(requests, i);
      workers.add(
          aside(
              () -> {
                for (int round = 0; round < 20; round++) {
                  try (LeaseGroup group = client.acquireAll(requests)) {
                    assertEquals(1, inside.incrementAndGet());
                    assertEquals(3, group.leases().size());
                    inside.decrementAndGet();
                  }
                }
                return 20;
              }));
    }
    for (CompletableFuture<Integer> worker : workers) {
      assertEquals(20, worker.get(40, TimeUnit.SECONDS));
    }
  }

  @Test
  void a_group_that_would_deadlock_with_one_who_holds_already_keeps_nothing() throws Exception {
    LockClient client = client();
    LockClient other = client();
    Lease mine = client.acquire(any(c).owner("me"));
    Lease theirs = other.acquire(any(b).owner("they"));
    CompletableFuture<Lease> waiting = other.acquireAsync(any(c).owner("they"));
    Path journal = journal(c);
    Journals.await(() -> Journals.tickets(journal).size() == 2, "they wait for c");
    ExecutionException refused =
        assertThrows(
            ExecutionException.class,
            () ->
                aside(() -> client.acquireAll(List.of(any(a).owner("me"), any(b).owner("me"))))
                    .get(20, TimeUnit.SECONDS));
    assertInstanceOf(WouldDeadlockException.class, refused.getCause());
    assertEquals(List.of(), tickets(a));
    mine.close();
    waiting.get(20, TimeUnit.SECONDS).close();
    theirs.close();
  }
}
