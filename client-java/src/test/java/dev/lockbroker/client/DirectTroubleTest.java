package dev.lockbroker.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.RepositoryResolver;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Ticket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The SDK on journals that cause trouble, and wishes that cross each other. */
@Timeout(60)
class DirectTroubleTest {
  private static final Duration SOON = Duration.ofSeconds(4);

  @TempDir Path folder;

  private Path path;
  private LockClient client;

  @BeforeEach
  void open() throws Exception {
    path = Files.createDirectory(folder.resolve("thing"));
    client = LockClient.open(options());
  }

  @AfterEach
  void close() {
    client.close();
  }

  private ClientOptions options() {
    return ClientOptions.fromEnvironment(Map.of("HOME", folder.toString()))
        .withMode(ClientOptions.Mode.DIRECT)
        .withEnvironment(Map.of());
  }

  private LockRequest asked(String owner) {
    return LockRequest.exclusive(path).owner(owner).label(owner);
  }

  private Lockable lockable(Path of) throws Exception {
    return RepositoryResolver.resolve(of, Map.of(), options().state());
  }

  private Path journal() throws Exception {
    return lockable(path).journalDirectory();
  }

  private void corrupt() throws Exception {
    Files.writeString(journal().resolve("journal"), "what?\n", StandardOpenOption.APPEND);
  }

  @Test
  void closing_a_lease_returns_although_its_journal_is_corrupt() throws Exception {
    Lease lease = client.acquire(asked("a"));
    corrupt();
    assertTimeoutPreemptively(SOON, lease::close);
  }

  @Test
  void closing_a_lease_returns_although_its_journal_has_gone_with_all_around_it() throws Exception {
    Lease lease = client.acquire(asked("a"));
    Files.move(journal().getParent(), folder.resolve("away"));
    assertTimeoutPreemptively(SOON, lease::close);
  }

  @Test
  void a_lease_can_be_closed_after_its_client() throws Exception {
    Lease lease = client.acquire(asked("a"));
    corrupt();
    assertTimeoutPreemptively(SOON, client::close);
    assertTimeoutPreemptively(SOON, lease::close);
  }

  @Test
  void whoever_waits_at_a_corrupt_journal_is_refused() throws Exception {
    Lease lease = client.acquire(asked("a"));
    CompletableFuture<Lease> waiting = client.acquireAsync(asked("b"));
    corrupt();
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> waiting.get(4, TimeUnit.SECONDS));
    UnavailableException refused = assertInstanceOf(UnavailableException.class, failure.getCause());
    assertEquals(UnavailableException.Cause.UNTRUSTED, refused.what());
    lease.close();
  }

  @Test
  void a_guard_that_somebody_keeps_harms_no_lease_elsewhere() throws Exception {
    client.acquire(asked("a")).close();
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path itsJournal = lockable(elsewhere).journalDirectory();
    Lease lease =
        client.acquire(LockRequest.exclusive(elsewhere).owner("b").ttl(Duration.ofMillis(600)));
    CountDownLatch asking = new CountDownLatch(1);
    Thread stuck;
    try (FileChannel guard = Journals.keepGuard(journal())) {
      assertTrue(guard.isOpen());
      stuck =
          new Thread(
              () -> {
                asking.countDown();
                client.tryAcquire(asked("c")).ifPresent(Lease::close);
              });
      stuck.start();
      asking.await();
      long enough = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2000);
      Journals.await(
          () -> {
            long until = Journals.untilNanos(itsJournal, lease.ticket());
            assertTrue(until - System.nanoTime() > 0, "the lease elsewhere has lapsed");
            return until - enough > 0;
          },
          "the lease elsewhere is prolonged");
    }
    stuck.join();
    lease.close();
  }

  @Test
  void a_lost_lease_is_not_entered_again() throws Exception {
    Lease lost = client.acquire(asked("a"));
    Journals.transact(journal(), new Command.Force(lost.ticket(), lost.token()));
    Lease next = client.acquire(asked("a"));
    assertNotEquals(lost.ticket(), next.ticket());
    assertTrue(next.isHeld());
    lost.close();
    assertTrue(next.isHeld());
    next.close();
    assertEquals(List.of(), Journals.tickets(journal()));
  }

  @Test
  void a_request_withdrawn_before_it_was_asked_leaves_nothing_behind() throws Exception {
    Engine engine = new Engine(options());
    LockRequest request = asked("a");
    Lockable lockable = lockable(path);
    TicketAgent agent =
        new TicketAgent(
            engine, lockable, request.claimsIn(lockable), request, Nesting.NONE, engine.direct());
    agent.cancel();
    agent.start();
    assertEquals(List.of(), Journals.tickets(journal()));
    assertEquals(List.of(), List.copyOf(engine.direct().journal(agent).agents()));
    engine.close();
  }

  @Test
  void a_ticket_asked_for_again_leaves_with_its_request() throws Exception {
    Lease first = client.acquire(asked("first"));
    CompletableFuture<Lease> waiting = client.acquireAsync(asked("waiting"));
    for (int i = 0; i < 20; i++) {
      Ticket before = waiter();
      Journals.transact(journal(), new Command.End(before.number(), EndReason.CANCELLED));
      Journals.await(
          () -> Journals.tickets(journalUnchecked()).size() == 2, "it is asked for again");
    }
    Ticket before = waiter();
    Journals.transact(journal(), new Command.End(before.number(), EndReason.CANCELLED));
    waiting.cancel(true);
    first.close();
    Journals.await(() -> Journals.tickets(journalUnchecked()).isEmpty(), "nothing is left behind");
    // Not later either.
    client.acquire(asked("last")).close();
    assertEquals(List.of(), Journals.tickets(journal()));
  }

  private Ticket waiter() throws Exception {
    for (Ticket ticket : Journals.tickets(journal())) {
      if (!ticket.isHeld()) {
        return ticket;
      }
    }
    throw new AssertionError("nobody waits");
  }

  private Path journalUnchecked() {
    try {
      return journal();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whoever_completes_the_future_himself_leaves_the_queue() throws Exception {
    Lease first = client.acquire(asked("first"));
    CompletableFuture<Lease> waiting = client.acquireAsync(asked("waiting"));
    assertTrue(waiting.complete(first));
    Journals.await(() -> Journals.tickets(journalUnchecked()).size() == 1, "it leaves the queue");
    first.close();
  }

  @Test
  void a_lease_kept_by_processes_is_believed_beyond_its_time_only_on_proof() throws Exception {
    Lease lease = client.acquire(asked("a").keptByProcesses().ttl(Duration.ofMillis(20)));
    long until = Journals.untilNanos(journal(), lease.ticket());
    Journals.await(() -> System.nanoTime() - until > 0, "its time passes");
    lease.requireHeld();
    assertTrue(Journals.untilNanos(journal(), lease.ticket()) - until > 0);
    lease.close();
  }

  @Test
  void many_leases_of_unusable_journals_are_closed_together() throws Exception {
    for (int i = 0; i < 10; i++) {
      client.acquire(asked("a" + i).scope("/name/" + i));
    }
    corrupt();
    assertTimeoutPreemptively(SOON, client::close);
    assertFalse(Thread.currentThread().isInterrupted());
  }
}
