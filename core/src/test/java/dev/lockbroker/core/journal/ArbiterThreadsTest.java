package dev.lockbroker.core.journal;

import static dev.lockbroker.core.journal.Asks.PATIENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many arbiters on one directory in one JVM, interrupted and closed at any moment. */
@Timeout(60)
class ArbiterThreadsTest {
  private static final long SPAN_NANOS = 2_500_000_000L;

  @TempDir Path repository;
  private final Host host = LinuxHost.current();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger overlaps = new AtomicInteger();
  private final AtomicLong highest = new AtomicLong();
  private final AtomicInteger leases = new AtomicInteger();
  private final AtomicInteger transactions = new AtomicInteger();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger requests = new AtomicInteger(1000);

  /** Called inside the guard: whoever is here is alone, or the guard is lost. */
  private final class Witness implements Party {
    @Override
    public boolean actsFor(Ticket ticket) {
      return watch();
    }

    @Override
    public boolean vouchesFor(ProcessIdentity process) {
      return watch();
    }

    private boolean watch() {
      if (inside.incrementAndGet() != 1) {
        overlaps.incrementAndGet();
      }
      Thread.onSpinWait();
      inside.decrementAndGet();
      return true;
    }
  }

  private Arbiter open() {
    return Arbiter.open(repository.resolve("lockbroker"), host, new FakeProcesses());
  }

  private void work(AtomicBoolean stop, boolean reopen, boolean expectInterrupts) {
    Random random = new Random(Thread.currentThread().getId());
    Arbiter arbiter = open();
    try {
      while (!stop.get()) {
        if (reopen && random.nextInt(3) == 0) {
          arbiter.close();
          arbiter = random.nextBoolean() ? arbiter : open();
        }
        lockOnce(arbiter);
        if (!expectInterrupts) {
          assertFalse(Thread.currentThread().isInterrupted());
        }
      }
    } catch (Throwable e) {
      failures.add(e);
    } finally {
      arbiter.close();
    }
  }

  private void lockOnce(Arbiter arbiter) throws IOException {
    Party witness = new Witness();
    Command ask = Asks.ask(requests.incrementAndGet(), "X:/");
    Outcome outcome = arbiter.transact(List.of(ask), witness, PATIENCE).outcomes().get(0);
    transactions.incrementAndGet();
    Ticket ticket =
        outcome instanceof Outcome.Held held ? held.ticket() : ((Outcome.Waiting) outcome).ticket();
    if (ticket.isHeld()) {
      long token = ticket.requireHold().token();
      long before = highest.getAndAccumulate(token, Math::max);
      assertTrue(before < token, before + " was given before " + token);
      leases.incrementAndGet();
    }
    arbiter.look();
    arbiter.transact(List.of(Asks.release(ticket)), witness, PATIENCE);
    transactions.incrementAndGet();
  }

  private void storm(boolean interrupts, boolean reopen, int threads) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread worker = new Thread(() -> work(stop, reopen, interrupts), "worker-" + i);
      worker.start();
      workers.add(worker);
    }
    Random random = new Random(1);
    long end = System.nanoTime() + SPAN_NANOS;
    int given = 0;
    while (System.nanoTime() - end < 0) {
      if (interrupts) {
        workers.get(random.nextInt(threads)).interrupt();
        given++;
      }
      TimeUnit.MICROSECONDS.sleep(interrupts ? 300 : 10_000);
    }
    stop.set(true);
    for (Thread worker : workers) {
      worker.join();
    }
    System.out.printf(
        "%d threads, %d interrupts: %d transactions, %d leases%n",
        threads, given, transactions.get(), leases.get());
    assertEquals(List.of(), List.copyOf(failures));
    assertEquals(0, overlaps.get());
    assertTrue(transactions.get() > 200);
    try (Arbiter last = open()) {
      assertEquals(List.of(), List.copyOf(turnTable(last)));
    }
  }

  private static List<Ticket> turnTable(Arbiter arbiter) throws JournalException {
    arbiter.transact(List.of(), FakeParty.NOBODY, PATIENCE);
    return arbiter.table().tickets();
  }

  @Test
  void threads_exclude_each_other() throws Exception {
    storm(false, false, 6);
  }

  @Test
  void interrupts_at_any_moment_lose_neither_guard_nor_answer() throws Exception {
    storm(true, false, 4);
  }

  @Test
  void closing_and_opening_arbiters_never_drops_the_guard_of_others() throws Exception {
    storm(false, true, 6);
  }

  @Test
  void closing_and_interrupting_together_is_survived() throws Exception {
    storm(true, true, 4);
  }
}
