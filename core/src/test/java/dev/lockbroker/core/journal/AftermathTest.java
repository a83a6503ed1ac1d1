package dev.lockbroker.core.journal;

import static dev.lockbroker.core.journal.Asks.ask;
import static dev.lockbroker.core.journal.Asks.client;
import static dev.lockbroker.core.journal.Asks.force;
import static dev.lockbroker.core.journal.Asks.held;
import static dev.lockbroker.core.journal.Asks.one;
import static dev.lockbroker.core.journal.Asks.refused;
import static dev.lockbroker.core.journal.Asks.release;
import static dev.lockbroker.core.journal.Asks.run;
import static dev.lockbroker.core.journal.Asks.turn;
import static dev.lockbroker.core.journal.Asks.waiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Refusal;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the end of a lease is followed up, and what a violent end means. */
class AftermathTest implements Aftermath {
  @TempDir Path repository;
  private final FakeHost host = new FakeHost();
  private final FakeProcesses processes = new FakeProcesses();
  private final List<String> told = new ArrayList<>();
  private Arbiter arbiter;
  private Path place;

  @BeforeEach
  void open() {
    place = repository.resolve("lockbroker");
    arbiter =
        new Arbiter(place, new FileJournalDirectory(place), host, processes, Leeway.REAL, this);
  }

  @AfterEach
  void close() {
    arbiter.close();
  }

  @Override
  public void ending(Ticket lease, EndReason reason, Collection<Ticket> held) {
    // Everything else about it is over, but nobody else has been let in.
    assertTrue(held.contains(lease));
    assertTrue(arbiter.table().held().contains(lease));
    assertFalse(Files.exists(place.resolve("run").resolve(lease.request().hex())));
    told.add(lease.client().pid() + " " + reason.word());
  }

  @Test
  void a_dead_lease_is_followed_up_before_the_next_one_is_granted() throws IOException {
    held(arbiter, run(1, "X:/"));
    Ticket next = waiting(arbiter, ask(2, "X:/"));
    processes.dead.add(1L);
    turn(arbiter);
    Ticket now = arbiter.table().ticket(next.number());
    assertTrue(now != null && now.isHeld());
    assertEquals(List.of("1 died"), told);
  }

  @Test
  void every_end_of_a_lease_is_told_and_none_of_a_waiting_ticket() throws IOException {
    Ticket first = held(arbiter, run(1, "X:/"));
    Ticket second = waiting(arbiter, run(2, "X:/"));
    one(arbiter, new Command.End(second.number(), EndReason.CANCELLED));
    waiting(arbiter, run(3, "X:/"));
    processes.dead.add(3L);
    host.passMillis(100);
    turn(arbiter);
    assertEquals(List.of(), told);
    one(arbiter, release(first));
    Ticket fourth = held(arbiter, run(4, "X:/"));
    one(arbiter, force(fourth));
    held(arbiter, run(5, "X:/"));
    host.passMillis(10_000);
    held(arbiter, ask(6, "X:/"));
    assertEquals(List.of("1 released", "4 forced", "5 expired"), told);
  }

  @Test
  void descendants_of_a_killed_worker_keep_the_lease_of_a_living_client() throws IOException {
    Ticket lease = held(arbiter, run(1, "X:/"));
    arbiter.register(RunFolder.of(lease), client(77), 5);
    processes.dead.add(77L);
    processes.carriers.add(client(88));
    Command violent = new Command.End(lease.number(), EndReason.DIED);
    assertEquals(Refusal.WORKER_ALIVE, refused(arbiter, violent));
    assertNotNull(arbiter.table().ticket(lease.number()));
    assertEquals(88, arbiter.workers(RunFolder.of(lease)).get(0).pid());
    processes.carriers.clear();
    assertEquals(Refusal.WORKER_ALIVE, refused(arbiter, violent));
    processes.dead.add(88L);
    one(arbiter, violent);
    assertNull(arbiter.table().ticket(lease.number()));
    assertEquals(List.of("1 died"), told);
  }
}
