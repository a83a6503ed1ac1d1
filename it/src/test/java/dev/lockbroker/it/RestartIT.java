package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockRequest;
import dev.lockbroker.client.LossCause;
import dev.lockbroker.proto.v1.InfoReply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Brokers come and go: killed, ended, replaced. Nobody loses a lease or a place by it. */
class RestartIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private final ExecutorService pool = Executors.newCachedThreadPool();
  private volatile long accepted;

  @AfterEach
  void endThreads() {
    pool.shutdownNow();
  }

  /** When a broker other than the one of now has so many sessions. */
  private static long awaitSessions(Admin admin, int sessions) throws Exception {
    long former = admin.info().getPid();
    Deadline.await(
        "all have a session again",
        () -> {
          InfoReply info = admin.info();
          return info.getPid() != former && info.getSessions() == sessions;
        });
    return System.nanoTime();
  }

  private LockClient client() {
    return LockClient.open(
        ClientOptions.fromEnvironment(box.environment()).withAttachAfter(Duration.ZERO));
  }

  @ParameterizedTest
  @ValueSource(strings = {"restart", "kill -9"})
  void a_new_broker_finds_holders_and_waiters_as_they_were(String how) throws Exception {
    int rounds = 3;
    int waiters = 4;
    Broker first = box.broker();
    Repo repo = box.repo("repo");
    Repo other = box.repo("other");
    Gate gate = new Gate(box.folder("gate"));
    LinkedBlockingQueue<LossCause> losses = new LinkedBlockingQueue<>();
    List<Long> delays = new ArrayList<>();
    try (LockClient client = client();
        LockClient waiting = client();
        Admin admin = new Admin(box.socket());
        Journal journal = repo.journal().follow();
        Journal otherJournal = other.journal().follow()) {
      Lease lease = client.acquire(LockRequest.exclusive(other.path()).ttl(Duration.ofSeconds(6)));
      lease.onLost(losses::add);
      CompletableFuture<Lease> next =
          waiting.acquireAsync(LockRequest.exclusive(other.path()).ttl(Duration.ofSeconds(6)));
      Child holder = box.locked(repo.path(), gate.pass("holder")).mode("broker").start();
      gate.await("holder");
      List<Child> queue = new ArrayList<>();
      for (int i = 0; i < waiters; i++) {
        queue.add(box.locked(repo.path(), gate.arrive("q" + i)).mode("broker").start());
        journal.awaitWaiting(i + 1);
      }
      int all = 3 + waiters;
      Deadline.await("all have a session", () -> admin.sessions() == all);
      List<Long> tickets = journal.requests().stream().map(Journal.Wait::ticket).toList();
      long broker = first.pid();
      for (int i = 0; i < rounds; i++) {
        Future<Long> attached = pool.submit(() -> awaitSessions(admin, all));
        broker = replace(how, broker);
        delays.add(attached.get(90, TimeUnit.SECONDS) - accepted);
      }
      assertEquals(tickets, journal.requests().stream().map(Journal.Wait::ticket).toList());
      assertEquals(1, journal.held().size());
      assertEquals(waiters, journal.waiting().size());
      lease.requireHeld();
      lease.close();
      next.get(30, TimeUnit.SECONDS).close();
      gate.open();
      holder.exits(0);
      assertEquals("", holder.err());
      for (Child child : queue) {
        child.exits(0);
      }
      assertEquals(tickets, journal.grants().stream().map(Journal.Grant::ticket).toList());
      assertEquals(2, otherJournal.requests().size());
      assertEquals(List.of(), journal.violations());
      assertEquals(List.of(), otherJournal.violations());
      assertTrue(losses.isEmpty());
      Figures.print(
          "broker replaced (%s) under 2 holders and %d waiters, %d times: all have a session again"
              + " %s after it accepts",
          how, waiters + 1, rounds, delays.stream().map(Figures::time).toList());
    }
  }

  /** Ends the broker and starts another one, and notes when that accepted; returns its pid. */
  private long replace(String how, long former) throws Exception {
    if (how.equals("restart")) {
      Child restart = box.lockctl(box.root(), "broker", "restart").start();
      Deadline.await("it accepts no more", () -> !Broker.accepts(box.socket()));
      Deadline.await("the next one accepts", () -> Broker.accepts(box.socket()));
      accepted = System.nanoTime();
      restart.exits(0);
      assertTrue(
          restart
              .out()
              .matches(
                  "restarted: broker .*, pid .*; before it broker .*, pid " + former + " ran\n"),
          restart.out());
      assertTrue(!Os.isAlive(former));
      return info().number("pid");
    }
    Os.signal("KILL", former);
    Deadline.await("it is gone", () -> !Os.isAlive(former));
    Broker next = box.broker();
    accepted = System.nanoTime();
    return next.pid();
  }

  private Json info() throws Exception {
    return Json.parse(box.lockctl(box.root(), "broker", "info", "--json").run().exits(0).out());
  }

  @Test
  void restart_starts_one_where_none_runs_and_says_so() throws Exception {
    Child restart = box.lockctl(box.root(), "broker", "restart").run().exits(0);
    assertTrue(restart.out().startsWith("no broker ran; started: broker "), restart.out());
    long pid = info().number("pid");
    // The socket of a killed one is none.
    Os.signal("KILL", pid);
    Deadline.await("it is gone", () -> !Os.isAlive(pid));
    restart = box.lockctl(box.root(), "broker", "restart").run().exits(0);
    assertTrue(restart.out().startsWith("no broker ran; started: broker "), restart.out());
  }

  @Test
  void restarts_at_once_leave_one_broker() throws Exception {
    box.broker();
    List<Child> restarts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      restarts.add(box.lockctl(box.root(), "broker", "restart").start());
    }
    for (Child restart : restarts) {
      restart.exits(0);
    }
    awaitOneBroker();
  }

  private void awaitOneBroker() throws Exception {
    Deadline.await(
        "one broker is left",
        () ->
            box.processes().stream()
                    .filter(pid -> Os.describe(pid).contains("dev.lockbroker.broker.Main"))
                    .count()
                == 1);
    assertTrue(Os.isAlive(info().number("pid")));
  }

  @Test
  void ten_starts_at_once_make_one_broker() throws Exception {
    List<Child> starts = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      starts.add(box.lockctl(box.root(), "broker", "start").start());
    }
    for (Child start : starts) {
      start.exits(0);
    }
    awaitOneBroker();
  }

  @Test
  void a_broker_that_hangs_is_not_waited_for_for_ever() throws Exception {
    Broker broker = box.broker();
    broker.process().signal("STOP");
    Child restart = box.lockctl(box.root(), "broker", "restart").run().exits(69);
    assertEquals(1, restart.errLines().size(), restart.err());
    assertTrue(restart.err().contains("kill -9 " + broker.pid()), restart.err());
    broker.process().signal("CONT");
    broker.requireUnharmed();
  }

  @Test
  void an_upgrade_replaces_the_broker_under_a_held_lease() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    box.lockctl(box.root(), "broker", "start").run().exits(0);
    long former = info().number("pid");
    Child holder = box.locked(repo.path(), gate.pass("holder")).mode("broker").start();
    gate.await("holder");
    try (Journal journal = repo.journal().follow()) {
      Child waiter = box.locked(repo.path(), "true", "--quiet").mode("broker").start();
      journal.awaitWaiting(1);
      Path newer = Versions.copy(Sandbox.dist(), box.folder("newer"), "7.8.9");
      Child restart =
          box.command(box.root(), newer.resolve("bin/lockctl").toString(), "broker", "restart")
              .run()
              .exits(0);
      assertTrue(
          restart
              .out()
              .matches(
                  "restarted: broker 7.8.9, pid .*; before it broker .*, pid " + former + " ran\n"),
          restart.out());
      assertEquals("7.8.9", info().text("version"));
      assertEquals(1, journal.held().size());
      assertEquals(1, journal.waiting().size());
      gate.open();
      holder.exits(0);
      waiter.exits(0);
      assertEquals("", holder.err() + waiter.err());
      assertEquals(2, journal.requests().size());
      assertEquals(List.of(), journal.violations());
      repo.requireNoRuns();
    }
  }

  @Test
  void a_broker_of_another_protocol_is_refused_in_one_line_and_not_needed() throws Exception {
    Repo repo = box.repo("repo");
    Child stranger = box.java(StrangeBroker.class, box.socket()).start();
    Deadline.await("it listens", () -> Broker.accepts(box.socket()));
    Child strict = box.locked(repo.path(), "true").mode("broker").run().exits(69);
    assertEquals(1, strict.errLines().size(), strict.err());
    assertTrue(strict.err().contains("speaks version 2 of the protocol"), strict.err());
    assertTrue(strict.err().contains("lockctl broker restart"), strict.err());

    Gate gate = new Gate(box.folder("gate"));
    Child holder = box.locked(repo.path(), gate.pass("holder")).start();
    gate.await("holder");
    Child waiter = box.locked(repo.path(), "true").start();
    String notice = "speaks version 2 of the protocol";
    Deadline.await("it is told", () -> waiter.err().contains(notice));
    Thread.sleep(1_000); // To be told again.
    gate.open();
    holder.exits(0);
    waiter.exits(0);
    assertEquals(
        1, waiter.errLines().stream().filter(line -> line.contains(notice)).count(), waiter.err());
    assertTrue(waiter.errLines().stream().allMatch(line -> line.startsWith("lockctl: ")));
    assertTrue(stranger.isAlive());
  }

  @Test
  void a_broker_with_a_hundred_sessions_ends_in_order_on_a_signal() throws Exception {
    int sessions = 100;
    Broker broker = box.broker();
    Repo repo = box.repo("repo");
    List<LockClient> clients = new ArrayList<>();
    List<CompletableFuture<Lease>> asked = new ArrayList<>();
    try (Admin admin = new Admin(box.socket());
        Journal journal = repo.journal().follow()) {
      for (int i = 0; i < sessions; i++) {
        LockClient client = client();
        clients.add(client);
        asked.add(client.acquireAsync(LockRequest.exclusive(repo.path())));
        journal.awaitHeld(1);
      }
      Deadline.await("all wait", () -> journal.waiting().size() == sessions - 1);
      assertEquals(sessions, admin.sessions());
      long start = System.nanoTime();
      broker.process().signal("TERM");
      int exit = broker.process().exit();
      long took = System.nanoTime() - start;
      assertTrue(exit == 0 || exit == 143, "exit " + exit);
      assertTrue(Files.notExists(box.socket()));
      Broker next = box.broker();
      long accepted = System.nanoTime();
      Deadline.await("all are there again", () -> admin.sessions() == sessions);
      long back = System.nanoTime() - accepted;
      assertEquals(sessions - 1, journal.waiting().size());
      for (CompletableFuture<Lease> lease : asked) {
        lease.get(90, TimeUnit.SECONDS).close();
      }
      assertEquals(sessions, journal.requests().size());
      assertEquals(
          journal.requests().stream().map(Journal.Wait::ticket).toList(),
          journal.grants().stream().map(Journal.Grant::ticket).toList());
      assertEquals(List.of(), journal.violations());
      next.requireUnharmed();
      Figures.print(
          "broker with %d sessions: ended %s after SIGTERM; all have a session again %s after the"
              + " next one accepts",
          sessions, Figures.time(took), Figures.time(back));
    } finally {
      clients.forEach(LockClient::close);
    }
  }

  @Test
  void a_storm_of_kills_makes_no_request_twice_and_loses_none() throws Exception {
    int threads = 6;
    Repo repo = box.repo("repo");
    AtomicBoolean over = new AtomicBoolean();
    int kills = 0;
    int asked = 0;
    try (Journal journal = repo.journal().follow()) {
      List<Future<Integer>> storms = new ArrayList<>();
      Broker broker = box.broker();
      for (int i = 0; i < threads; i++) {
        storms.add(pool.submit(() -> storm(repo.path(), over)));
      }
      while (kills < 8) {
        Thread.sleep(100 + 37 * (kills % 7));
        broker.kill();
        kills++;
        broker = box.broker();
      }
      over.set(true);
      for (Future<Integer> storm : storms) {
        asked += storm.get(60, TimeUnit.SECONDS);
      }
      assertEquals(List.of(), journal.violations());
      assertEquals(asked, journal.requests().size(), "tickets");
      assertEquals(asked, journal.grants().size(), "grants");
      assertEquals(
          List.of("released"), journal.ends().values().stream().distinct().toList(), "ends");
      Figures.print(
          "%d kills of the broker under %d clients: %d requests, as many tickets and grants",
          kills, threads, asked);
      broker.requireUnharmed();
    } finally {
      over.set(true);
    }
  }

  private int storm(Path path, AtomicBoolean over) throws Exception {
    int asked = 0;
    try (LockClient client = client()) {
      while (!over.get()) {
        try (Lease lease = client.acquire(LockRequest.exclusive(path))) {
          asked++;
          lease.requireHeld();
        }
      }
    }
    return asked;
  }
}
