package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.ClientOptions.Mode;
import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LeaseLostException;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockRequest;
import dev.lockbroker.client.LockTimeoutException;
import dev.lockbroker.client.LossCause;
import dev.lockbroker.client.UnavailableException;
import dev.lockbroker.client.WouldDeadlockException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The SDK against a real broker and the real journal. */
class SdkIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private LockClient client(Mode mode) {
    return LockClient.open(ClientOptions.fromEnvironment(box.environment()).withMode(mode));
  }

  private void brokerFor(Mode mode) throws Exception {
    if (mode == Mode.BROKER) {
      box.broker();
    }
  }

  @Test
  void clients_with_and_without_a_broker_never_meet() throws Exception {
    int threads = 3;
    int rounds = 125;
    box.broker();
    Repo repo = box.repo("repo");
    Path witness = box.folder("witness");
    List<Child> storms = new ArrayList<>();
    long start = System.nanoTime();
    try (Journal journal = repo.journal().follow()) {
      for (String mode : List.of("broker", "direct", "broker", "direct")) {
        storms.add(
            box.java(SdkStorm.class, repo.path(), witness, threads, rounds).mode(mode).start());
      }
      for (Child storm : storms) {
        storm.exits(0);
      }
      long took = System.nanoTime() - start;
      int total = storms.size() * threads * rounds;
      List<Long> tokens =
          Files.readAllLines(witness.resolve("tokens")).stream().map(Long::valueOf).toList();
      assertEquals(total, tokens.size());
      assertEquals(tokens.stream().sorted().distinct().toList(), tokens, "tokens rise");
      assertEquals(List.of(), journal.violations());
      assertEquals(
          journal.requests().stream().map(Journal.Wait::ticket).toList(),
          journal.grants().stream().map(Journal.Grant::ticket).toList());
      Figures.print(
          "%d leases by 12 threads of 4 programs, half with a broker: 0 overlaps, %s, %s,"
              + " %d journal files",
          total,
          Figures.time(took),
          Figures.spread(
              "wait", journal.grants().stream().map(Journal.Grant::waitedNanos).toList()),
          journal.files());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BROKER", "DIRECT"})
  void a_lease_is_entered_again_by_its_owner_only(Mode mode) throws Exception {
    brokerFor(mode);
    Repo repo = box.repo("repo");
    LockRequest request = LockRequest.exclusive(repo.path());
    try (LockClient client = client(mode);
        LockClient other = client(mode);
        Journal journal = repo.journal()) {
      Lease outer = client.acquire(request);
      Lease inner = client.acquire(request.scope("/name/part"));
      assertEquals(outer.token(), inner.token());
      assertEquals(1, journal.requests().size());
      assertTrue(client.tryAcquire(request.owner("somebody else")).isEmpty());
      assertTrue(other.tryAcquire(request).isEmpty());
      outer.close();
      assertEquals(1, journal.held().size(), "the inner one still holds");
      inner.requireHeld();
      inner.close();
      assertEquals(0, journal.held().size());
      try (Lease reader = client.acquire(LockRequest.shared(repo.path()))) {
        assertThrows(WouldDeadlockException.class, () -> client.acquire(request));
        reader.requireHeld();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BROKER", "DIRECT"})
  void a_cancelled_request_leaves_the_queue(Mode mode) throws Exception {
    brokerFor(mode);
    Repo repo = box.repo("repo");
    LockRequest request = LockRequest.exclusive(repo.path());
    try (LockClient client = client(mode);
        Journal journal = repo.journal()) {
      CompletableFuture<Lease> first = client.acquireAsync(request);
      Lease held = first.get(30, TimeUnit.SECONDS);
      LinkedBlockingQueue<Integer> places = new LinkedBlockingQueue<>();
      CompletableFuture<Lease> second = client.acquireAsync(request);
      journal.awaitWaiting(1);
      CompletableFuture<Lease> third =
          client.acquireAsync(request.onQueued(update -> places.add(update.position())));
      journal.awaitWaiting(2);
      assertEquals(2, places.poll(30, TimeUnit.SECONDS));
      second.cancel(true);
      journal.awaitWaiting(1);
      assertEquals(1, places.poll(30, TimeUnit.SECONDS));
      assertThrows(
          LockTimeoutException.class,
          () -> client.acquire(request.waitAtMost(Duration.ofMillis(200))));
      held.close();
      third.get(30, TimeUnit.SECONDS).close();
      assertFalse(held.isHeld());
      assertEquals(List.of(), journal.held());
      assertEquals(List.of(), journal.violations());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BROKER", "DIRECT"})
  void a_holder_is_told_when_its_lease_is_ended_by_force(Mode mode) throws Exception {
    brokerFor(mode);
    Repo repo = box.repo("repo");
    try (LockClient client = client(mode)) {
      Lease lease = client.acquire(LockRequest.exclusive(repo.path()));
      LinkedBlockingQueue<LossCause> told = new LinkedBlockingQueue<>();
      lease.onLost(told::add);
      box.lockctl(repo.path(), "force-release", "" + lease.ticket(), "--token", "" + lease.token())
          .run()
          .exits(0);
      assertEquals(LossCause.FORCED, told.poll(60, TimeUnit.SECONDS));
      assertThrows(LeaseLostException.class, lease::requireHeld);
      assertThrows(
          LeaseLostException.class,
          () ->
              client.withLock(
                  LockRequest.exclusive(repo.path()),
                  () -> {
                    box.lockctl(repo.path(), "reset", "--yes").run().exits(0);
                    Thread.sleep(500);
                    return "done";
                  }));
      assertEquals("done", client.withLock(LockRequest.exclusive(repo.path()), () -> "done"));
      assertTrue(told.isEmpty(), "told twice");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_stopped_holder_has_lost_only_what_was_given_to_another(String mode) throws Exception {
    if (mode.equals("broker")) {
      box.broker();
    }
    Repo repo = box.repo("repo");
    try (Journal journal = repo.journal()) {
      Child holder = box.java(SdkHolder.class, repo.path(), 1_000).mode(mode).pipedStdin().start();
      Deadline.await("it holds", () -> holder.out().contains("granted"));
      assertEquals("held", ask(holder, 1));

      stopFor(holder, Duration.ofMillis(2_500));
      assertEquals("held", ask(holder, 2), "nobody was there to take it");

      stopOutsideATransaction(holder);
      long stopped = System.nanoTime();
      box.locked(repo.path(), "true").mode(mode).run().exits(0);
      Figures.print(
          "stopped holder with a ttl of 1 s (%s): next one granted after %s",
          mode, Figures.time(journal.grants().get(1).sinceNanos() - stopped));
      holder.signal("CONT");
      assertTrue(ask(holder, 3).startsWith("lost"), holder.out());
      assertEquals(List.of(), journal.violations());
    }
  }

  /**
   * A process that is stopped inside a transaction, which takes microseconds, keeps everybody out
   * for as long as it is stopped; that is not what is tested here.
   */
  private static void stopOutsideATransaction(Child child) throws Exception {
    stop(child);
    while (hasFileLock(child.pid())) {
      child.signal("CONT");
      Thread.sleep(5);
      stop(child);
    }
  }

  /** Of the guard's kind; a JVM keeps another kind on a file of its own. */
  private static boolean hasFileLock(long pid) throws Exception {
    return Files.readString(Path.of("/proc/locks"))
        .lines()
        .anyMatch(line -> line.contains(" POSIX ") && line.contains(" " + pid + " "));
  }

  private static void stop(Child child) throws Exception {
    child.signal("STOP");
    Deadline.await("it is stopped", () -> Os.state(child.pid()) == 'T');
  }

  private static void stopFor(Child child, Duration time) throws Exception {
    child.signal("STOP");
    Thread.sleep(time.toMillis());
    child.signal("CONT");
  }

  private static String ask(Child holder, int answer) throws Exception {
    OutputStream stdin = holder.stdin();
    stdin.write("?\n".getBytes(StandardCharsets.UTF_8));
    stdin.flush();
    Deadline.await("it answers", () -> holder.out().lines().count() > answer);
    return holder.out().lines().toList().get(answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_closed_client_leaves_no_thread_and_no_descriptor(String mode) throws Exception {
    if (mode.equals("broker")) {
      box.broker();
    }
    Repo repo = box.repo("repo");
    Child child = box.java(SdkCloser.class, repo.path()).mode(mode).run().exits(0);
    assertEquals("done\n", child.out());
  }

  @Test
  void a_lease_survives_its_broker_and_its_client_comes_back() throws Exception {
    Broker broker = box.broker();
    Repo repo = box.repo("repo");
    LockRequest request = LockRequest.exclusive(repo.path()).ttl(Duration.ofSeconds(3));
    ClientOptions brokerFirst =
        ClientOptions.fromEnvironment(box.environment()).withAttachAfter(Duration.ZERO);
    try (LockClient client = LockClient.open(brokerFirst);
        Journal journal = repo.journal().follow()) {
      Lease lease = client.acquire(request);
      LinkedBlockingQueue<LossCause> told = new LinkedBlockingQueue<>();
      lease.onLost(told::add);
      Deadline.await("it has a session", () -> sessions() == 1);
      broker.kill();
      // Longer than its ttl: it goes on refreshing by itself.
      Deadline.stays(Duration.ofSeconds(4), "the lease is held", lease::isHeld);
      Broker next = box.broker();
      Deadline.await("it has a session again", () -> sessions() == 1);
      lease.requireHeld();
      lease.close();
      assertTrue(told.isEmpty());
      assertEquals(1, journal.requests().size());
      next.requireUnharmed();
      next.kill();
      try (LockClient strict = client(Mode.BROKER)) {
        assertThrows(UnavailableException.class, () -> strict.acquire(request));
      }
    }
  }

  /** What a program does that has not been told anything. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void who_has_waited_for_a_second_is_attached_and_hears_of_his_grant_all_the_same(boolean works)
      throws Exception {
    Broker broker = box.broker();
    Repo repo = box.repo("repo");
    LockRequest any = LockRequest.exclusive(repo.path());
    LockRequest request = works ? any.keptByProcesses() : any;
    try (LockClient holder = client(Mode.DIRECT);
        LockClient waiter = client(Mode.AUTO)) {
      for (int i = 0; i < 3; i++) {
        Lease first = holder.acquire(request);
        CompletableFuture<Lease> next = waiter.acquireAsync(request);
        if (i == 0) {
          Deadline.await("it has a session", () -> sessions() == 1);
          assertFalse(next.isDone());
        }
        first.close();
        Lease second = next.get(20, TimeUnit.SECONDS);
        second.requireHeld();
        if (works) {
          assertEquals(0, second.start(new ProcessBuilder("true")).waitFor());
        }
        second.close();
      }
      broker.requireUnharmed();
    }
    try (Journal journal = repo.journal().read()) {
      assertEquals(List.of(), journal.violations());
      assertEquals(List.of(), journal.waiting());
    }
    try (Stream<Path> bells = Files.list(repo.path().resolve(".git/lockbroker/bell"))) {
      assertEquals(List.of(), bells.toList());
    }
  }

  private long sessions() throws Exception {
    String info = box.lockctl(box.root(), "broker", "info", "--json").run().exits(0).out();
    return Json.parse(info).number("sessions");
  }
}
