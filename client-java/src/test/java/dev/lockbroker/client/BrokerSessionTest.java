package dev.lockbroker.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.journal.RandomBits;
import dev.lockbroker.core.repository.KnownRepositories;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.RepositoryResolver;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.proto.v1.Acquire;
import dev.lockbroker.proto.v1.ClientMessage;
import dev.lockbroker.proto.v1.Reason;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client makes of a broker's words, and of its silence. */
@Timeout(60)
class BrokerSessionTest {
  @TempDir Path folder;

  private Path path;
  private Path journal;
  private FakeBroker broker;
  private LockClient client;

  @BeforeEach
  void open() throws Exception {
    path = Files.createDirectory(folder.resolve("thing"));
    ClientOptions options = options();
    Lockable lockable = RepositoryResolver.resolve(path, Map.of(), options.state());
    journal = lockable.journalDirectory();
    new KnownRepositories(options.state()).add(lockable);
    broker = new FakeBroker(options.socket(), lockable);
    client = LockClient.open(options);
  }

  private ClientOptions options() {
    return ClientOptions.fromEnvironment(Map.of("HOME", folder.toString()))
        .withEnvironment(Map.of())
        .withAttachAfter(Duration.ZERO)
        .withSocket(folder.resolve("broker.sock"));
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    broker.close();
  }

  private static Acquire aRequest() {
    return Acquire.newBuilder()
        .setRequestId(RandomBits.requestId().hex())
        .setTtlMillis(60_000)
        .build();
  }

  private LockRequest asked() {
    return LockRequest.exclusive(path).owner("a").label("a");
  }

  private static <T> T soon(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  private static CompletableFuture<Void> closing(AutoCloseable what) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            what.close();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void a_broker_of_another_major_version_is_passed_over() throws Exception {
    broker.major = 2;
    List<String> notices = new CopyOnWriteArrayList<>();
    try (LockClient other = LockClient.open(options().withNotices(notices::add))) {
      for (int i = 0; i < 3; i++) {
        try (Lease lease = other.acquire(asked())) {
          assertTrue(lease.isHeld());
        }
      }
    }
    assertEquals(List.of(), Journals.tickets(journal));
    assertEquals(1, notices.size(), notices.toString());
    assertTrue(notices.get(0).contains("speaks version 2 of the protocol"), notices.get(0));
    try (LockClient strict = LockClient.open(options().withMode(ClientOptions.Mode.BROKER))) {
      UnavailableException why =
          assertThrows(UnavailableException.class, () -> strict.acquire(asked()));
      assertTrue(String.valueOf(why.getMessage()).contains("version 2"), why.getMessage());
    }
  }

  @Test
  void a_broker_that_is_slow_to_greet_is_not_waited_for_and_used_once_it_has() throws Exception {
    broker.silent = true;
    Lease lease = client.acquire(asked());
    // Not waited for again.
    long start = System.nanoTime();
    assertTrue(client.tryAcquire(asked().owner("b")).isEmpty());
    assertTrue(System.nanoTime() - start < 3_000_000_000L);
    broker.silent = false;
    broker.greet();
    assertEquals(lease.token(), broker.next().getResume().getToken());
    broker.drop();
    lease.close();
    assertEquals(List.of(), Journals.tickets(journal));
  }

  @Test
  void a_journal_that_neither_broker_nor_client_can_use_is_told_at_once() throws Exception {
    Files.createDirectories(journal.getParent());
    Files.createFile(journal);
    CompletableFuture<Lease> asking = client.acquireAsync(asked());
    broker.sayRefused(broker.next().getAcquire().getRequestId(), Reason.JOURNAL_UNUSABLE);
    ExecutionException failure = assertThrows(ExecutionException.class, () -> soon(asking));
    assertEquals(
        UnavailableException.Cause.HOSTILE,
        assertInstanceOf(UnavailableException.class, failure.getCause()).what());
  }

  @Test
  void a_guard_that_somebody_keeps_is_told_after_its_time_whoever_asked_first() throws Exception {
    Files.createDirectories(journal);
    Files.createFile(journal.resolve("guard"));
    try (FileChannel kept = Journals.keepGuard(journal)) {
      assertTrue(kept.isOpen());
      CompletableFuture<Lease> asking = client.acquireAsync(asked());
      broker.sayRefused(broker.next().getAcquire().getRequestId(), Reason.JOURNAL_UNUSABLE);
      ExecutionException failure = assertThrows(ExecutionException.class, () -> soon(asking));
      assertEquals(
          UnavailableException.Cause.IO,
          assertInstanceOf(UnavailableException.class, failure.getCause()).what());
    }
  }

  @Test
  void a_required_broker_that_is_being_restarted_is_waited_for() throws Exception {
    broker.close();
    Files.deleteIfExists(folder.resolve("broker.sock"));
    try (LockClient strict = LockClient.open(options().withMode(ClientOptions.Mode.BROKER))) {
      CompletableFuture<Lease> asking =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return strict.acquire(asked());
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      broker =
          new FakeBroker(
              folder.resolve("broker.sock"),
              RepositoryResolver.resolve(path, Map.of(), options().state()));
      Ticket ticket = broker.grantNext();
      Lease lease = soon(asking);
      CompletableFuture<Void> closed = closing(lease);
      broker.next();
      broker.release(ticket);
      soon(closed);
    }
  }

  @Test
  void closing_does_not_wait_for_a_broker_that_does_not_greet() throws Exception {
    broker.silent = true;
    LockClient strict = LockClient.open(options().withMode(ClientOptions.Mode.BROKER));
    CompletableFuture<Boolean> asking =
        CompletableFuture.supplyAsync(() -> strict.tryAcquire(asked()).isPresent());
    broker.awaitClient();
    assertTimeoutPreemptively(Duration.ofSeconds(4), strict::close);
    assertThrows(ExecutionException.class, () -> soon(asking));
  }

  /** Its journal is not looked at by the clock any more, so only the bell can have told. */
  @Test
  void a_grant_is_heard_while_a_broker_that_says_nothing_serves_the_request() throws Exception {
    Ticket first = broker.carryOut(aRequest());
    try (LockClient patient = LockClient.open(options().withAttachAfter(Duration.ofMillis(50)))) {
      CompletableFuture<Lease> asking = patient.acquireAsync(asked());
      assertNotEquals(0, broker.next().getResume().getRequest().getPath().length());
      Journals.endAsStranger(journal, first);
      Lease lease = soon(asking);
      assertTrue(lease.isHeld());
      CompletableFuture<Void> closed = closing(lease);
      assertEquals(lease.ticket(), broker.next().getRelease().getTicket());
      broker.release(Journals.tickets(journal).get(0));
      soon(closed);
    }
  }

  @Test
  void a_journal_that_this_process_may_not_use_is_left_to_the_broker() throws Exception {
    Ticket elsewhere = broker.carryOut(aRequest());
    Journals.moveToAnotherClock(journal);
    try (LockClient other =
        LockClient.open(options().withAttachAfter(ClientOptions.ATTACH_AFTER))) {
      CompletableFuture<Lease> asking = other.acquireAsync(asked());
      String request = broker.next().getAcquire().getRequestId();
      broker.sayGranted(request, elsewhere, System.nanoTime() + 10_000_000_000L);
      assertEquals(elsewhere.number(), soon(asking).ticket());
    }
  }

  @Test
  void a_free_lock_is_taken_and_given_back_without_the_broker() throws Exception {
    try (LockClient other =
        LockClient.open(options().withAttachAfter(ClientOptions.ATTACH_AFTER))) {
      for (int i = 0; i < 3; i++) {
        other.acquire(asked()).close();
      }
    }
    assertFalse(broker.hasClient());
  }

  @Test
  void a_lease_is_given_back_through_the_broker() throws Exception {
    CompletableFuture<Lease> asking = client.acquireAsync(asked());
    Ticket ticket = broker.grantNext();
    Lease lease = soon(asking);
    assertEquals(ticket.requireHold().token(), lease.token());
    assertTrue(lease.isHeld());
    CompletableFuture<Void> closed = closing(lease);
    assertEquals(ticket.number(), broker.next().getRelease().getTicket());
    broker.release(ticket);
    soon(closed);
    assertFalse(lease.isHeld());
  }

  @Test
  void a_lease_goes_on_without_a_broker_that_has_gone_silent() throws Exception {
    CompletableFuture<Lease> asking = client.acquireAsync(asked().ttl(Duration.ofMillis(900)));
    Ticket ticket = broker.grantNext();
    Lease lease = soon(asking);
    broker.silent = true;
    Files.delete(folder.resolve("broker.sock"));
    awaitProlonged(ticket);
    lease.requireHeld();
    // Whatever arrives on a stream that was left is ignored.
    broker.sayLost(ticket);
    lease.requireHeld();
    lease.close();
    assertNull(Journals.ticket(journal, ticket.number()));
  }

  @Test
  void a_lease_goes_on_without_a_broker_that_answers_but_does_not_prolong_it() throws Exception {
    CompletableFuture<Lease> asking = client.acquireAsync(asked().ttl(Duration.ofMillis(900)));
    Ticket ticket = broker.grantNext();
    Lease lease = soon(asking);
    awaitProlonged(ticket);
    lease.requireHeld();
    lease.close();
    assertNull(Journals.ticket(journal, ticket.number()));
  }

  private void awaitProlonged(Ticket ticket) {
    long until = ticket.requireHold().untilNanos();
    Journals.await(
        () -> {
          long now = Journals.untilNanos(journal, ticket.number());
          assertTrue(now - System.nanoTime() > 0, "the lease has lapsed");
          return now - until > 0;
        },
        "the lease is prolonged");
  }

  @Test
  void a_lease_is_lost_when_its_request_is_granted_anew() throws Exception {
    CompletableFuture<Lease> asking = client.acquireAsync(asked());
    Ticket ticket = broker.grantNext();
    Lease lease = soon(asking);
    CompletableFuture<LossCause> lost = new CompletableFuture<>();
    lease.onLost(lost::complete);
    broker.sayGranted(ticket, ticket.requireHold().untilNanos());
    Ticket.Hold hold = ticket.requireHold();
    broker.sayGranted(
        new Ticket(
            hold.token() + 5,
            ticket.request(),
            ticket.claims(),
            ticket.client(),
            ticket.ttlMillis(),
            ticket.kind(),
            ticket.sinceNanos(),
            ticket.label(),
            ticket.inside(),
            new Ticket.Hold(hold.token() + 6, hold.untilNanos() + 1, hold.sinceNanos())),
        hold.untilNanos() + 1);
    assertEquals(LossCause.EXPIRED, soon(lost));
    assertFalse(lease.isHeld());
  }

  @Test
  void a_lease_past_its_time_is_believed_again_once_the_journal_says_so() throws Exception {
    CompletableFuture<Lease> asking = client.acquireAsync(asked().keptByProcesses());
    Ticket ticket = broker.carryOut(broker.next().getAcquire());
    broker.sayGranted(ticket, System.nanoTime());
    soon(asking).requireHeld();
    broker.drop();
  }

  @Test
  void a_release_that_the_broker_refuses_is_carried_out_all_the_same() throws Exception {
    for (Reason reason : List.of(Reason.INVALID, Reason.JOURNAL_UNUSABLE)) {
      CompletableFuture<Lease> asking = client.acquireAsync(asked());
      Ticket ticket = broker.grantNext();
      CompletableFuture<Void> closed = closing(soon(asking));
      assertTrue(broker.next().hasRelease());
      broker.sayRefused(ticket, reason);
      soon(closed);
      assertNull(Journals.ticket(journal, ticket.number()), reason.name());
    }
  }

  @Test
  void a_broker_is_told_what_is_held_and_its_word_on_a_cycle_is_passed_on() throws Exception {
    CompletableFuture<Lease> asking = client.acquireAsync(asked().owner("me").scope("/name/one"));
    Ticket ticket = broker.grantNext();
    Lease lease = soon(asking);
    CompletableFuture<Lease> more = client.acquireAsync(asked().owner("me").scope("/name/two"));
    Acquire acquire = broker.next().getAcquire();
    assertEquals(List.of(ticket.request().hex()), acquire.getWhileHoldingList());
    broker.sayRefused(acquire.getRequestId(), Reason.DEADLOCK);
    ExecutionException failure = assertThrows(ExecutionException.class, () -> soon(more));
    assertInstanceOf(WouldDeadlockException.class, failure.getCause());
    assertTrue(lease.isHeld());
    CompletableFuture<Void> closed = closing(lease);
    assertTrue(broker.next().hasRelease());
    broker.release(ticket);
    soon(closed);
  }

  @Test
  void a_lease_is_not_over_because_the_broker_refuses_it() throws Exception {
    CompletableFuture<Lease> asking = client.acquireAsync(asked());
    Ticket ticket = broker.grantNext();
    Lease lease = soon(asking);
    broker.sayRefused(ticket, Reason.INVALID);
    // Answered in order: what comes after it has been said after it was heard.
    CompletableFuture<Lease> other = client.acquireAsync(asked().owner("b"));
    Ticket second = broker.carryOut(broker.next().getAcquire());
    broker.sayQueued(second);
    lease.requireHeld();
    lease.close();
    assertNull(Journals.ticket(journal, ticket.number()));
    other.cancel(true);
    ClientMessage last = broker.next();
    if (last.hasRelease()) {
      // The lease was given back here before it had left this broker, and then on the journal.
      last = broker.next();
    }
    assertTrue(last.hasCancel());
    broker.release(second);
  }

  @Test
  void a_loss_that_crosses_the_release_ends_it() throws Exception {
    CompletableFuture<Lease> asking = client.acquireAsync(asked());
    Ticket ticket = broker.grantNext();
    CompletableFuture<Void> closed = closing(soon(asking));
    assertTrue(broker.next().hasRelease());
    broker.sayLost(ticket);
    soon(closed);
  }

  @Test
  void a_release_whose_answer_is_lost_is_repeated_on_the_journal() throws Exception {
    CompletableFuture<Lease> asking = client.acquireAsync(asked());
    Ticket ticket = broker.grantNext();
    CompletableFuture<Void> closed = closing(soon(asking));
    assertTrue(broker.next().hasRelease());
    broker.drop();
    soon(closed);
    assertNull(Journals.ticket(journal, ticket.number()));
  }

  @Test
  void a_waiter_whose_stream_breaks_keeps_its_place() throws Exception {
    CompletableFuture<Lease> first = client.acquireAsync(asked());
    Ticket held = broker.grantNext();
    soon(first);
    CompletableFuture<Lease> second = client.acquireAsync(asked().owner("b"));
    Ticket waiting = broker.carryOut(broker.next().getAcquire());
    broker.sayQueued(waiting);
    broker.drop();
    Journals.transact(journal, new Command.End(held.number(), EndReason.FORCED));
    Lease lease = soon(second);
    assertEquals(waiting.number(), lease.ticket());
    lease.requireHeld();
    lease.close();
  }

  @Test
  void a_stream_that_breaks_before_any_answer_loses_no_request() throws Exception {
    CompletableFuture<Lease> asking = client.acquireAsync(asked());
    Ticket ticket = broker.carryOut(broker.next().getAcquire());
    broker.drop();
    Lease lease = soon(asking);
    assertEquals(ticket.number(), lease.ticket());
    lease.close();
    // One entry for one request, whoever carried it out.
    String lines = Files.readString(journal.resolve("journal"));
    assertEquals(2, lines.split(" w |;w ", -1).length, lines);
  }

  @Test
  void a_grant_that_crosses_the_cancelling_is_not_left_behind() throws Exception {
    CompletableFuture<Lease> asking = client.acquireAsync(asked());
    ClientMessage acquire = broker.next();
    asking.cancel(true);
    assertTrue(broker.next().hasCancel());
    Ticket ticket = broker.carryOut(acquire.getAcquire());
    broker.sayGranted(ticket, ticket.requireHold().untilNanos());
    broker.drop();
    Journals.await(() -> Journals.ticket(journal, ticket.number()) == null, "it is given back");
  }

  @Test
  void a_ticket_is_never_withdrawn_from_a_broker_that_has_not_heard_of_it() throws Exception {
    Ticket held = holdByAnother();
    Engine engine = new Engine(options());
    LockRequest request = asked();
    Lockable lockable = RepositoryResolver.resolve(path, Map.of(), engine.options().state());
    TicketAgent agent =
        new TicketAgent(
            engine, lockable, request.claimsIn(lockable), request, Nesting.NONE, engine.direct());
    Transport session = engine.link().require();
    agent.start();
    assertEquals(2, Journals.tickets(journal).size());
    try (FileChannel guard = Journals.keepGuard(journal)) {
      assertTrue(guard.isOpen());
      agent.cancel();
      agent.moveTo(session);
    }
    soon(agent.ended());
    assertEquals(List.of(held), Journals.tickets(journal));
    engine.close();
  }

  private Ticket holdByAnother() throws Exception {
    try (LockClient other = LockClient.open(options().withMode(ClientOptions.Mode.DIRECT))) {
      Lease lease = other.acquire(asked().keptByProcesses());
      lease.addProcess(ProcessHandle.current().pid());
      return Journals.tickets(journal).get(0);
    }
  }

  @Test
  void an_interrupted_thread_closes_its_client_completely() throws Exception {
    CompletableFuture<Lease> asking = client.acquireAsync(asked());
    Ticket ticket = broker.grantNext();
    soon(asking);
    AtomicBoolean stillInterrupted = new AtomicBoolean();
    Thread closing =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              client.close();
              stillInterrupted.set(Thread.currentThread().isInterrupted());
            });
    closing.start();
    assertTrue(broker.next().hasRelease());
    assertTrue(closing.isAlive());
    broker.release(ticket);
    closing.join();
    assertTrue(stillInterrupted.get());
    assertNull(Journals.ticket(journal, ticket.number()));
  }
}
