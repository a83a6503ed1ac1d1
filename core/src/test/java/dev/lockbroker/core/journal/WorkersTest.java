package dev.lockbroker.core.journal;

import static dev.lockbroker.core.journal.Asks.ask;
import static dev.lockbroker.core.journal.Asks.client;
import static dev.lockbroker.core.journal.Asks.force;
import static dev.lockbroker.core.journal.Asks.held;
import static dev.lockbroker.core.journal.Asks.id;
import static dev.lockbroker.core.journal.Asks.one;
import static dev.lockbroker.core.journal.Asks.refused;
import static dev.lockbroker.core.journal.Asks.release;
import static dev.lockbroker.core.journal.Asks.run;
import static dev.lockbroker.core.journal.Asks.turn;
import static dev.lockbroker.core.journal.Asks.waiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.Command.End;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Refusal;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of life of kind run (PROTOCOL L4–L7, R1–R6) with processes that obey the test. */
class WorkersTest {
  @TempDir Path repository;
  private final FakeHost host = new FakeHost();
  private final FakeProcesses processes = new FakeProcesses();
  private Arbiter arbiter = Arbiter.open(Path.of("unused"), host, processes);

  @BeforeEach
  void open() {
    arbiter = Arbiter.open(repository.resolve("lockbroker"), host, processes);
  }

  @AfterEach
  void close() {
    arbiter.close();
  }

  /** The folder of the request's ticket; if there is none, what it could be called. */
  private Path folder(int request) throws IOException {
    Path runs = repository.resolve("lockbroker/run");
    if (Files.isDirectory(runs)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(runs, id(request) + ".*")) {
        for (Path folder : found) {
          return folder;
        }
      }
    }
    return runs.resolve(id(request).hex() + ".7");
  }

  /** Ended by whom, as the journal says. */
  private EndReason endOf(Ticket ticket) throws IOException {
    try (Arbiter reader = Arbiter.open(repository.resolve("lockbroker"), host, processes)) {
      Turn all = reader.look();
      assertNotNull(all);
      for (Entry entry : all.news()) {
        if (entry instanceof Entry.Ended ended && ended.ticket() == ticket.number()) {
          return ended.reason();
        }
      }
    }
    throw new AssertionError("it has not ended");
  }

  @Test
  void the_folder_is_there_before_the_request_is_in_the_journal() throws IOException {
    held(arbiter, run(1, "X:/"));
    assertTrue(Files.isDirectory(folder(1)));
    waiting(arbiter, run(2, "X:/"));
    assertTrue(Files.isDirectory(folder(2)));
    waiting(arbiter, ask(3, "X:/"));
    assertFalse(Files.exists(folder(3)));
  }

  @Test
  void an_orphaned_lease_shows_its_workers_and_then_what_they_started() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    assertTrue(arbiter.register(RunFolder.of(lease), started(77), 5));
    TicketInspector inspector = new TicketInspector(arbiter, processes);
    assertEquals("running", inspector.view(lease, host.nanoTime()).state());
    processes.carriers.add(started(78));
    processes.dead.add(1L);
    assertEquals("orphaned", inspector.view(lease, host.nanoTime()).state());
    assertEquals(List.of(77L), inspector.view(lease, host.nanoTime()).workers());
    processes.dead.add(77L);
    assertEquals("orphaned", inspector.view(lease, host.nanoTime()).state());
    assertEquals(List.of(78L), inspector.view(lease, host.nanoTime()).workers());
    assertEquals(78, inspector.view(lease, host.nanoTime()).pid());
    processes.carriers.clear();
    assertEquals("dead", inspector.view(lease, host.nanoTime()).state());
  }

  /** One that the clients of these tests have started, or what that has. */
  private static ProcessIdentity started(long pid) {
    return new ProcessIdentity(pid, 2, FakeHost.NAMESPACE, 1000);
  }

  @Test
  void a_lease_bound_to_an_older_process_is_no_orphan_without_its_client() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    assertTrue(arbiter.register(RunFolder.of(lease), client(77), 5));
    processes.dead.add(1L);
    TicketInspector inspector = new TicketInspector(arbiter, processes);
    assertEquals("running", inspector.view(lease, host.nanoTime()).state());
    assertEquals(77, inspector.view(lease, host.nanoTime()).pid());
    processes.dead.add(77L);
    assertEquals("dead", inspector.view(lease, host.nanoTime()).state());
  }

  @Test
  void who_resigns_gives_the_lease_back_although_its_client_is_dead_and_others_wait()
      throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    assertTrue(arbiter.register(RunFolder.of(lease), client(77), 5));
    Ticket next = waiting(arbiter, ask(2, "X:/"));
    processes.dead.add(1L);
    // What it has started and left running is as with any release: not looked for.
    processes.carriers.add(started(78));
    Party other = resigning(lease, new RunEntry(78, 2, 5));
    End end = new End(lease.number(), EndReason.RELEASED);
    assertEquals(
        Refusal.WORKER_ALIVE,
        ((Outcome.Refused) arbiter.transact(List.of(end), other, 0).outcomes().get(0)).reason());
    Party own = resigning(lease, new RunEntry(77, 1, 5));
    assertEquals(
        new Outcome.Ended(lease.number()),
        arbiter.transact(List.of(end), own, 0).outcomes().get(0));
    assertEquals(EndReason.RELEASED, endOf(lease));
    assertFalse(Files.exists(folder(1)));
    Ticket now = arbiter.table().ticket(next.number());
    assertTrue(now != null && now.isHeld());
  }

  private static Party resigning(Ticket bound, RunEntry process) {
    return new Party() {
      @Override
      public boolean actsFor(Ticket ticket) {
        return false;
      }

      @Override
      public boolean vouchesFor(ProcessIdentity one) {
        return false;
      }

      @Override
      public boolean resigns(Ticket lease, RunEntry worker) {
        return lease.number() == bound.number() && worker.equals(process);
      }
    };
  }

  @Test
  void a_refused_request_leaves_no_folder() throws IOException {
    held(arbiter, run(1, "X:/"));
    assertEquals(Refusal.BUSY, refused(arbiter, ask(2, "X:/", LeaseKind.RUN, false, true)));
    assertEquals(Refusal.LOST, refused(arbiter, ask(3, "X:/", LeaseKind.RUN, true, false)));
    assertFalse(Files.exists(folder(2)));
    assertFalse(Files.exists(folder(3)));
  }

  @Test
  void a_living_worker_keeps_the_lease_past_its_ttl_and_past_its_client() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    assertTrue(arbiter.register(RunFolder.of(lease), client(77), 5));
    Ticket next = waiting(arbiter, ask(2, "X:/"));
    host.passMillis(3_600_000);
    processes.dead.add(1L);
    turn(arbiter);
    assertNotNull(arbiter.table().ticket(lease.number()));
    processes.unknown.add(77L);
    turn(arbiter);
    assertNotNull(arbiter.table().ticket(lease.number()));
    assertFalse(arbiter.isStuckBehindGone(FakeParty.NOBODY));
    processes.unknown.clear();
    processes.dead.add(77L);
    assertTrue(arbiter.isStuckBehindGone(FakeParty.NOBODY));
    turn(arbiter);
    assertNull(arbiter.table().ticket(lease.number()));
    assertFalse(Files.exists(folder(1)));
    assertEquals(EndReason.DIED, endOf(lease));
    Ticket now = arbiter.table().ticket(next.number());
    assertTrue(now != null && now.isHeld());
  }

  @Test
  void a_dead_worker_does_not_end_the_lease_of_a_living_client() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    arbiter.register(RunFolder.of(lease), client(77), 5);
    processes.dead.add(77L);
    waiting(arbiter, ask(2, "X:/"));
    turn(arbiter);
    assertNotNull(arbiter.table().ticket(lease.number()));
    assertTrue(Files.exists(folder(1)));
  }

  @Test
  void every_worker_counts() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    for (int pid = 70; pid < 75; pid++) {
      arbiter.register(RunFolder.of(lease), client(pid), 5);
    }
    processes.dead.addAll(List.of(1L, 70L, 71L, 73L, 74L));
    waiting(arbiter, ask(2, "X:/"));
    turn(arbiter);
    assertNotNull(arbiter.table().ticket(lease.number()));
    assertEquals(5, arbiter.workers(RunFolder.of(lease)).size());
    processes.dead.add(72L);
    turn(arbiter);
    assertNull(arbiter.table().ticket(lease.number()));
  }

  @Test
  void a_wrapper_that_dies_before_its_worker_registered_lapses_and_the_worker_does_not_start()
      throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    processes.dead.add(1L);
    held(arbiter, ask(2, "X:/"));
    assertNull(arbiter.table().ticket(lease.number()));
    assertFalse(arbiter.register(RunFolder.of(lease), client(77), 5));
    assertFalse(Files.exists(folder(1)));
  }

  @Test
  void a_stopped_wrapper_lapses_by_the_clock_before_its_worker_registered() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    host.passMillis(10_000);
    held(arbiter, ask(2, "X:/"));
    assertEquals(EndReason.EXPIRED, endOf(lease));
    assertFalse(arbiter.register(RunFolder.of(lease), client(77), 5));
  }

  @Test
  void a_release_over_a_living_worker_is_refused() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    arbiter.register(RunFolder.of(lease), client(77), 5);
    assertEquals(Refusal.WORKER_ALIVE, refused(arbiter, release(lease)));
    assertTrue(Files.exists(folder(1)));
    processes.dead.add(77L);
    assertInstanceOf(Outcome.Ended.class, one(arbiter, release(lease)));
    assertFalse(Files.exists(folder(1)));
    assertEquals(EndReason.RELEASED, endOf(lease));
  }

  @Test
  void after_a_normal_release_nobody_looks_for_descendants() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    arbiter.register(RunFolder.of(lease), client(77), 5);
    processes.dead.add(77L);
    processes.carriers.add(client(88));
    one(arbiter, release(lease));
    assertNull(arbiter.table().ticket(lease.number()));
  }

  @Test
  void what_a_killed_worker_started_inherits_the_lease() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    arbiter.register(RunFolder.of(lease), client(77), 5);
    waiting(arbiter, ask(2, "X:/"));
    processes.dead.addAll(List.of(1L, 77L));
    processes.carriers.add(client(88));
    turn(arbiter);
    assertNotNull(arbiter.table().ticket(lease.number()));
    assertTrue(arbiter.workers(RunFolder.of(lease)).contains(new RunEntry(88, 1, 5)));
    processes.carriers.clear();
    turn(arbiter);
    assertNotNull(arbiter.table().ticket(lease.number()));
    processes.dead.add(88L);
    turn(arbiter);
    assertNull(arbiter.table().ticket(lease.number()));
  }

  @Test
  void an_heir_of_another_namespace_keeps_the_lease_though_it_cannot_be_written_down()
      throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    arbiter.register(RunFolder.of(lease), client(77), 5);
    waiting(arbiter, ask(2, "X:/"));
    processes.dead.addAll(List.of(1L, 77L));
    processes.carriers.add(new ProcessIdentity(88, 1, FakeHost.NAMESPACE + 1, 1000));
    turn(arbiter);
    assertNotNull(arbiter.table().ticket(lease.number()));
    processes.carriers.clear();
    turn(arbiter);
    assertNull(arbiter.table().ticket(lease.number()));
  }

  @Test
  void force_ends_it_over_a_living_worker() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    arbiter.register(RunFolder.of(lease), client(77), 5);
    assertEquals(Refusal.WRONG_TOKEN, refused(arbiter, new Command.Force(lease.number(), 0)));
    assertTrue(arbiter.workers(RunFolder.of(lease)).size() == 1);
    one(arbiter, force(lease));
    assertFalse(Files.exists(folder(1)));
    assertFalse(arbiter.register(RunFolder.of(lease), client(78), 5));
    assertEquals(EndReason.FORCED, endOf(lease));
  }

  @Test
  void a_cancelled_or_dead_waiter_leaves_no_folder() throws IOException {
    held(arbiter, run(1, "X:/"));
    Ticket second = waiting(arbiter, run(2, "X:/"));
    waiting(arbiter, run(3, "X:/"));
    one(arbiter, new Command.End(second.number(), EndReason.CANCELLED));
    assertFalse(Files.exists(folder(2)));
    processes.dead.add(3L);
    host.passMillis(100);
    turn(arbiter);
    assertFalse(Files.exists(folder(3)));
    assertEquals(1, arbiter.table().tickets().size());
  }

  @Test
  void a_request_that_was_never_told_of_its_lapsed_lease_may_ask_again() throws IOException {
    held(arbiter, run(1, "X:/"));
    host.passMillis(10_000);
    Ticket other = held(arbiter, ask(2, "X:/"));
    assertFalse(Files.exists(folder(1)));
    Ticket lease = waiting(arbiter, run(1, "X:/"));
    one(arbiter, release(other));
    assertTrue(Files.exists(folder(1)));
    assertTrue(arbiter.register(RunFolder.of(lease), client(77), 5));
  }

  @Test
  void a_worker_of_a_former_ticket_never_registers_for_the_next_one() throws IOException {
    Ticket former = held(arbiter, run(1, "X:/"));
    host.passMillis(10_000);
    held(arbiter, ask(2, "X:/"));
    // A broker that was stopped asks once more for what its client has asked for elsewhere since.
    Ticket again = waiting(arbiter, run(1, "X:/"));
    assertFalse(arbiter.register(RunFolder.of(former), client(77), 5));
    assertTrue(arbiter.register(RunFolder.of(again), client(78), 5));
  }

  @Test
  void a_strange_file_in_the_folder_keeps_the_lease_until_force() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    Files.writeString(folder(1).resolve("what.is.this"), "");
    assertEquals(Refusal.WORKER_ALIVE, refused(arbiter, release(lease)));
    processes.dead.add(1L);
    waiting(arbiter, ask(2, "X:/"));
    one(arbiter, force(lease));
    assertNull(arbiter.table().ticket(lease.number()));
  }

  @Test
  void a_killed_arbiter_between_rmdir_and_the_entry_leaves_a_lease_that_can_end()
      throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    Files.delete(folder(1));
    assertFalse(arbiter.register(RunFolder.of(lease), client(77), 5));
    one(arbiter, release(lease));
    assertNull(arbiter.table().ticket(lease.number()));
  }

  @Test
  void compaction_sweeps_old_folders_of_nobody_and_no_other() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/live"));
    FileTime old = FileTime.from(Instant.now().minusSeconds(2 * 86_400));
    Files.createDirectories(folder(2));
    Files.writeString(folder(2).resolve("12.34"), "1");
    Files.createDirectories(folder(3));
    Files.writeString(folder(4), "a file");
    for (int i : new int[] {1, 2, 4}) {
      Files.setLastModifiedTime(folder(i), old);
    }
    String head = Files.readAllLines(repository.resolve("lockbroker/journal")).get(0);
    while (Files.readString(repository.resolve("lockbroker/journal")).startsWith(head)) {
      one(arbiter, release(held(arbiter, ask(9, "X:/b"))));
    }
    assertTrue(Files.exists(folder(1)), "of a live ticket");
    assertFalse(Files.exists(folder(2)), "old and of nobody");
    assertTrue(Files.exists(folder(3)), "young");
    assertNotNull(arbiter.table().ticket(lease.number()));
  }

  @Test
  void creating_an_entry_and_removing_the_folder_never_both_succeed() throws Exception {
    FileJournalDirectory directory = new FileJournalDirectory(repository.resolve("lockbroker"));
    turn(arbiter);
    RunFolder folder = new RunFolder(id(1), 7);
    CyclicBarrier barrier = new CyclicBarrier(2);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    int rounds = 5000;
    boolean[] registered = new boolean[rounds];
    Thread worker =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < rounds; i++) {
                  barrier.await();
                  registered[i] = directory.register(folder, new RunEntry(77, 1, 5));
                  barrier.await();
                }
              } catch (Exception e) {
                failure.set(e);
              }
            });
    worker.setDaemon(true);
    worker.start();
    int removals = 0;
    for (int i = 0; i < rounds; i++) {
      directory.makeRun(folder);
      barrier.await();
      boolean removed = directory.removeRun(folder);
      barrier.await();
      assertTrue(removed != registered[i], "round " + i + ": both or none");
      removals += removed ? 1 : 0;
      directory.unregister(folder, new RunEntry(77, 1, 5));
    }
    worker.join();
    assertNull(failure.get());
    System.out.printf("%d races of creat against rmdir, %d won by rmdir%n", rounds, removals);
  }

  @Test
  void registering_twice_is_the_same_and_a_missing_folder_is_never_made() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    assertTrue(arbiter.register(RunFolder.of(lease), client(77), 5));
    assertTrue(arbiter.register(RunFolder.of(lease), client(77), 5));
    assertEquals(1, arbiter.workers(RunFolder.of(lease)).size());
    assertFalse(arbiter.register(new RunFolder(id(2), 7), client(77), 5));
    assertFalse(Files.exists(folder(2)));
    assertEquals(List.of(), arbiter.workers(new RunFolder(id(2), 7)));
  }

  @Test
  void errors_of_a_folder_are_no_proof_of_death() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    Path folder = folder(1);
    Files.delete(folder);
    Files.writeString(folder, "a file instead of a folder");
    processes.dead.add(1L);
    try {
      turn(arbiter);
      waiting(arbiter, ask(2, "X:/"));
      throw new AssertionError("expected an error");
    } catch (JournalException e) {
      assertFalse(e.getCause() instanceof NoSuchFileException);
      assertFalse(e.getCause() instanceof FileAlreadyExistsException);
    }
    arbiter.look();
    assertNotNull(arbiter.table().ticket(lease.number()));
  }
}
