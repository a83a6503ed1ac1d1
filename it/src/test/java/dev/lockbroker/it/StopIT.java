package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockRequest;
import dev.lockbroker.client.LossCause;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is stopped neither loses what it works on nor keeps others waiting for nothing. */
class StopIT {
  /** Longer than the ttl of whoever is stopped here. */
  private static final Duration LONGER = Duration.ofMillis(2_500);

  @RegisterExtension final Sandbox box = new Sandbox();

  private void brokerFor(String mode) throws Exception {
    if (mode.equals("broker")) {
      box.broker();
    }
  }

  private Json firstTicket(Repo repo) throws Exception {
    String json = box.lockctl(repo.path(), "status", "--json").run().exits(0).out();
    return Json.parse(json).list("repositories").get(0).list("tickets").get(0);
  }

  /**
   * A process that is stopped inside a transaction, which takes microseconds, keeps everybody out
   * for as long as it is stopped; that is not what is tested here.
   */
  private static void stop(long pid) throws Exception {
    do {
      Os.signal("CONT", pid);
      Os.signal("STOP", pid);
      Deadline.await("it is stopped", () -> Os.state(pid) == 'T');
    } while (Files.readString(Path.of("/proc/locks"))
        .lines()
        .anyMatch(line -> line.contains(" POSIX ") && line.contains(" " + pid + " ")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void ctrl_z_stops_lockctl_and_its_command_and_the_lock_stays(String mode) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "needs script of util-linux");
    brokerFor(mode);
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    // No program is started while it waits: a shell whose child is stopped before it has become
    // that program is not stopped itself, but waits for it.
    Path end = box.root().resolve("end");
    box.command(box.root(), "mkfifo", end.toString()).run().exits(0);
    String work = gate.arrive("holder") + "; read -r line <'" + end + "'; echo worked";
    try (Journal journal = repo.journal()) {
      Child terminal =
          box.command(repo.path(), "script", "-q", "-c", "bash --norc --noprofile -i", "/dev/null")
              .env("LOCKCTL", Sandbox.dist().resolve("bin/lockctl"))
              .env("WORK", work)
              .mode(mode)
              .pipedStdin()
              .start();
      type(terminal, "\"$LOCKCTL\" run --ttl 1s -- sh -c \"$WORK\"\n");
      long command = gate.await("holder");
      long lockctl = journal.held().get(0).pid();
      type(terminal, "\u001a");
      Deadline.await(
          "both are stopped", () -> Os.state(command) == 'T' && Os.state(lockctl) == 'T');
      Child waiter = box.locked(repo.path(), "true").mode(mode).start();
      journal.awaitWaiting(1);
      Deadline.stays(LONGER, "it waits", () -> journal.waiting().size() == 1);
      Json holder = firstTicket(repo);
      assertEquals("stopped", holder.text("state"), holder.toString());
      assertEquals(command, holder.number("pid"));
      Deadline.await(
          "it says so", () -> waiter.err().matches("(?s).* by pid " + command + " .*stopped.*"));

      type(terminal, "fg\n");
      Deadline.await("it goes on", () -> Os.state(command) == 'S' && Os.state(lockctl) == 'S');
      Files.writeString(end, "on\n");
      waiter.exits(0);
      type(terminal, "exit\n");
      terminal.await();
      assertTrue(terminal.out().contains("worked"), terminal.out());
      assertEquals(2, journal.requests().size());
      assertEquals(List.of(), journal.violations());
      repo.requireNoRuns();
    }
  }

  private static void type(Child terminal, String keys) throws Exception {
    terminal.stdin().write(keys.getBytes(StandardCharsets.UTF_8));
    terminal.stdin().flush();
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_lockctl_stopped_before_its_command_is_registered_does_not_run_it(String mode)
      throws Exception {
    brokerFor(mode);
    Repo repo = box.repo("repo");
    Path pipe = box.root().resolve("pipe");
    // Its stderr is full: it comes no further than to the line that says 'acquired'.
    String script =
        "mkfifo \"$0\" && exec 3<>\"$0\" && head -c 65536 /dev/zero >&3 &&"
            + " exec \"$1\" run --ttl 1s --json -- touch ran 2>&3";
    String lockctl = Sandbox.dist().resolve("bin/lockctl").toString();
    try (Journal journal = repo.journal()) {
      Child slow =
          box.command(repo.path(), "sh", "-c", script, pipe.toString(), lockctl).mode(mode).start();
      journal.awaitHeld(1);
      // If it were stopped before it has learned of its grant, it would ask again, and rightly so.
      Thread.sleep(1_500);
      stop(slow.pid());
      long granted = journal.grants().get(0).sinceNanos();
      box.locked(repo.path(), "true").mode(mode).run().exits(0);
      Figures.print(
          "stopped before its command was registered, ttl 1 s (%s): next one granted after %s",
          mode, Figures.time(journal.grants().get(1).sinceNanos() - granted));
      slow.signal("CONT");
      Child reader = box.command(box.root(), "cat", pipe.toString()).start();
      slow.exits(75);
      Deadline.await("it says why", () -> reader.out().contains("\"exit\":75"));
      assertTrue(Files.notExists(repo.path().resolve("ran")), "it was run without the lock");
      assertEquals(List.of(), journal.violations());
      repo.requireNoRuns();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_stopped_lockctl_keeps_the_lock_for_its_command_and_no_longer(String mode)
      throws Exception {
    brokerFor(mode);
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = repo.journal()) {
      Child holder =
          box.locked(repo.path(), gate.pass("holder") + "; exit 5", "--ttl", "1s")
              .mode(mode)
              .start();
      long command = gate.await("holder");
      stop(holder.pid());
      Child waiter = box.locked(repo.path(), "true").mode(mode).start();
      journal.awaitWaiting(1);
      Deadline.stays(LONGER, "it waits", () -> journal.waiting().size() == 1);
      gate.open();
      Deadline.await("the command has ended", () -> !Os.isAlive(command));
      waiter.exits(0);
      assertEquals('T', Os.state(holder.pid()));
      holder.signal("CONT");
      holder.exits(5);
      assertEquals("", holder.err(), "nothing was lost: the command had ended");
      assertEquals(List.of(), journal.violations());
      repo.requireNoRuns();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_stopped_program_learns_of_its_loss_before_it_acts(String mode) throws Exception {
    brokerFor(mode);
    Repo repo = box.repo("repo");
    try (Journal journal = repo.journal()) {
      Child holder = box.java(SdkHolder.class, repo.path(), 1_000).mode(mode).pipedStdin().start();
      Deadline.await("it holds", () -> holder.out().contains("granted"));
      stop(holder.pid());
      long stopped = System.nanoTime();
      Child next = box.java(SdkHolder.class, repo.path(), 9_000).mode(mode).pipedStdin().start();
      Deadline.await("the next one holds", () -> next.out().contains("granted"));
      long took = journal.grants().get(1).sinceNanos() - stopped;
      // What it would do next is asked for before it goes on.
      type(holder, "?\n");
      long continued = System.nanoTime();
      holder.signal("CONT");
      Deadline.await("it answers", () -> holder.out().lines().count() == 2);
      assertTrue(holder.out().lines().toList().get(1).startsWith("lost"), holder.out());
      Deadline.await("it is told", () -> holder.err().contains("told EXPIRED"));
      Figures.print(
          "stopped program with a ttl of 1 s (%s): next one granted after %s; told %s after SIGCONT",
          mode, Figures.time(took), Figures.time(System.nanoTime() - continued));
      type(next, "?\n");
      Deadline.await("it answers", () -> next.out().lines().count() == 2);
      assertEquals("granted\nheld\n", next.out());
      assertEquals(List.of(), journal.violations());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void nobody_waits_behind_a_stopped_waiter_for_ever(String mode) throws Exception {
    brokerFor(mode);
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = repo.journal().follow()) {
      Child holder = box.locked(repo.path(), gate.pass("holder")).mode(mode).start();
      gate.await("holder");
      Child head = box.locked(repo.path(), gate.arrive("head"), "--ttl", "1s").mode(mode).start();
      journal.awaitWaiting(1);
      Child behind = box.locked(repo.path(), gate.arrive("behind")).mode(mode).start();
      journal.awaitWaiting(2);
      stop(head.pid());
      gate.open();
      holder.exits(0);
      behind.exits(0);
      assertTrue(!gate.has("head"));
      List<Journal.Grant> grants = journal.grants();
      assertEquals(journal.requests().get(1).ticket(), grants.get(1).ticket());
      assertEquals(journal.requests().get(2).ticket(), grants.get(2).ticket());
      assertEquals("expired", journal.ends().get(grants.get(1).ticket()));
      Figures.print(
          "stopped waiter at the head with a ttl of 1 s (%s): the one behind granted %s after it",
          mode, Figures.time(grants.get(2).sinceNanos() - grants.get(1).sinceNanos()));
      head.signal("CONT");
      // It asks once more if it never knew that it held; if it knew, it is too late.
      int exit = head.exit();
      assertTrue(gate.has("head") ? exit == 0 : exit == 75, "exit " + exit);
      assertEquals(List.of(), journal.violations());
      repo.requireNoRuns();
    }
  }

  @Test
  void a_stopped_broker_robs_nobody_and_keeps_nobody_waiting() throws Exception {
    Duration ttl = Duration.ofSeconds(3);
    Broker broker = box.broker();
    Repo mine = box.repo("mine");
    Repo theirs = box.repo("theirs");
    Repo fresh = box.repo("fresh");
    Gate gate = new Gate(box.folder("gate"));
    LinkedBlockingQueue<LossCause> losses = new LinkedBlockingQueue<>();
    ClientOptions options =
        ClientOptions.fromEnvironment(box.environment()).withAttachAfter(Duration.ZERO);
    try (LockClient client = LockClient.open(options);
        LockClient rival = LockClient.open(options);
        Admin admin = new Admin(box.socket());
        Journal one = mine.journal().follow();
        Journal two = theirs.journal().follow();
        Journal three = fresh.journal()) {
      Lease lease = client.acquire(LockRequest.exclusive(mine.path()).ttl(ttl));
      lease.onLost(losses::add);
      CompletableFuture<Lease> next =
          rival.acquireAsync(LockRequest.exclusive(mine.path()).ttl(ttl));
      Child holder =
          box.locked(theirs.path(), gate.pass("holder"), "--ttl", "3s").mode("broker").start();
      gate.await("holder");
      Child waiter = box.locked(theirs.path(), "true", "--ttl", "3s").mode("broker").start();
      two.awaitWaiting(1);
      Deadline.await("all have a session", () -> admin.sessions() == 4);
      broker.process().signal("STOP");
      Deadline.await("it is stopped", () -> Os.state(broker.pid()) == 'T');
      long start = System.nanoTime();
      // On a stream that says nothing any more.
      Lease asked = client.acquire(LockRequest.exclusive(fresh.path()).ttl(ttl));
      long took = System.nanoTime() - start;
      Deadline.stays(Duration.ofSeconds(5), "the lease is held", lease::isHeld);
      assertEquals(1, one.waiting().size());
      assertEquals(1, two.waiting().size());
      asked.close();
      gate.open();
      holder.exits(0);
      waiter.exits(0);
      lease.close();
      next.get(30, TimeUnit.SECONDS).close();
      assertTrue(Os.state(broker.pid()) == 'T', "all that without it");
      assertTrue(losses.isEmpty());
      Figures.print(
          "stopped broker, ttl 3 s: a request on its silent stream granted after %s; 2 holders"
              + " held on, 2 waiters were served",
          Figures.time(took));

      broker.process().signal("CONT");
      broker.requireUnharmed();
      CompletableFuture<Lease> after =
          client.acquireAsync(LockRequest.exclusive(fresh.path()).ttl(ttl));
      after.get(30, TimeUnit.SECONDS).close();
      for (Journal journal : List.of(one, two, three)) {
        Deadline.await(
            "nothing is left over", () -> journal.held().isEmpty() && journal.waiting().isEmpty());
        assertEquals(List.of(), journal.violations());
      }
      assertEquals(2, one.requests().size());
      assertEquals(2, two.requests().size());
    }
  }
}
