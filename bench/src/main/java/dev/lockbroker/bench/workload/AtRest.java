package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.peer.Service;
import dev.lockbroker.bench.process.BrokerProcess;
import dev.lockbroker.bench.process.Child;
import dev.lockbroker.bench.process.Children;
import dev.lockbroker.bench.process.SessionWorker;
import dev.lockbroker.bench.process.Surroundings;
import dev.lockbroker.bench.report.Results;
import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockRequest;
import dev.lockbroker.client.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * P7. All servers rest at the same time, each after one grant: first without a session, then with
 * one that holds nothing. This JVM is the client that runs already.
 */
public final class AtRest implements Workload {
  private static final String ID = "P7";
  private static final String OURS = "lockbroker";
  private static final String RESIDENT = "resident";
  private static final String CPU = "cpu";
  private static final String FIRST_GRANT = "start to first grant";
  private static final String ALONE = "sessions=0";
  private static final String ATTACHED = "sessions=1";

  private static final int STARTS = 7;
  private static final int QUICK_STARTS = 2;

  /** What a server still does after the last request is no rest. */
  private static final Duration SETTLING = Duration.ofSeconds(3);

  private static final Duration QUICK_SETTLING = Duration.ofMillis(500);
  private static final Duration REST = Duration.ofSeconds(10);
  private static final Duration QUICK_REST = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String title() {
    return "the broker at rest: memory, processor, wake-ups; from its start to its first grant";
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        new Goal("at most 70 MB resident", results -> worst(results, RESIDENT), atMost(), 70, "MB"),
        new Goal(
            "no processor time that could be measured (a tick in 10 s is 0.1 %)",
            results -> worst(results, CPU), atMost(), 0.1, "%"),
        new Goal(
            "start to first grant at most 500 ms",
            results -> results.quantile(ID, OURS, "", FIRST_GRANT, 0.5),
            atMost(),
            500_000,
            "µs"));
  }

  private static Goal.Bound atMost() {
    return Goal.Bound.AT_MOST;
  }

  /** Of both ways to rest; empty unless both were measured. */
  private static OptionalDouble worst(Results results, String quantity) {
    OptionalDouble alone = results.quantile(ID, OURS, ALONE, quantity, 0.5);
    OptionalDouble attached = results.quantile(ID, OURS, ATTACHED, quantity, 0.5);
    return alone.isPresent() && attached.isPresent()
        ? OptionalDouble.of(Math.max(alone.getAsDouble(), attached.getAsDouble()))
        : OptionalDouble.empty();
  }

  @Override
  public void measure(Lab lab) throws Exception {
    try (Children children = new Children(Surroundings.in(lab.folder(), false));
        Services services = new Services()) {
      measureStarts(lab, children);
      measureRest(lab, children, services);
    }
  }

  private static void measureStarts(Lab lab, Children children) throws Exception {
    // The first one only warms this client.
    long unused = startNanos(lab, children);
    long[] nanos = new long[lab.isQuick() ? QUICK_STARTS : STARTS];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = startNanos(lab, children);
    }
    lab.results().addDurations(ID, OURS, "", FIRST_GRANT, nanos);
  }

  /** The client asks at once and waits as it does for a broker that is being restarted. */
  private static long startNanos(Lab lab, Children children) throws Exception {
    Path place = children.surroundings().folder();
    try (LockClient client = LockClient.open(options(children.surroundings()))) {
      long spawnedNanos = System.nanoTime();
      BrokerProcess broker = BrokerProcess.spawn(children, lab.dist());
      try (Lease lease = firstGrant(client, place, spawnedNanos)) {
        long nanos = System.nanoTime() - spawnedNanos;
        lease.requireHeld();
        return nanos;
      } finally {
        broker.end();
        Files.deleteIfExists(children.surroundings().socket());
      }
    }
  }

  /** On a loaded machine a broker starts slower than a client believes in one. */
  private static Lease firstGrant(LockClient client, Path place, long spawnedNanos)
      throws InterruptedException {
    while (true) {
      try {
        return client.acquire(LockRequest.exclusive(place));
      } catch (UnavailableException e) {
        if (System.nanoTime() - spawnedNanos > PATIENCE.toNanos()) {
          throw e;
        }
      }
    }
  }

  private static ClientOptions options(Surroundings surroundings) {
    Map<String, String> environment = surroundings.environment();
    return ClientOptions.fromEnvironment(environment).withMode(ClientOptions.Mode.BROKER);
  }

  private static void measureRest(Lab lab, Children children, Services services) throws Exception {
    BrokerProcess broker = BrokerProcess.start(children, lab.dist());
    List<Resting> all = new ArrayList<>();
    all.add(new Resting(OURS, () -> new long[] {broker.pid()}));
    List<Served> served = serve(lab, children, services);
    try (LockClient client = LockClient.open(options(children.surroundings()))) {
      grantOnce(client, children.surroundings().folder());
    }
    for (Served one : List.copyOf(served)) {
      Child worker = one.attach(children, lab);
      if (worker == null) {
        served.remove(one);
      } else {
        children.end(worker);
        all.add(new Resting(one.peer().id(), one.service()::pids));
      }
    }
    Thread.sleep(settling(lab).toMillis());
    rest(lab, ALONE, all);

    try (LockClient client = LockClient.open(options(children.surroundings()))) {
      grantOnce(client, children.surroundings().folder());
      for (Served one : served) {
        // It stays until all is over.
        Child unused = one.attach(children, lab);
      }
      Thread.sleep(settling(lab).toMillis());
      rest(lab, ATTACHED, all);
    }
  }

  private static Duration settling(Lab lab) {
    return lab.isQuick() ? QUICK_SETTLING : SETTLING;
  }

  private static void grantOnce(LockClient client, Path place) throws InterruptedException {
    try (Lease lease = client.acquire(LockRequest.exclusive(place))) {
      lease.requireHeld();
    }
  }

  private static void rest(Lab lab, String variant, List<Resting> all) throws Exception {
    Duration time = lab.isQuick() ? QUICK_REST : REST;
    for (Resting one : all) {
      one.begin();
    }
    Thread.sleep(time.toMillis());
    for (Resting one : all) {
      try {
        one.end(lab.results(), variant);
      } catch (IOException e) {
        lab.results().note(ID, one.peer() + " was not there any more: " + Failures.brief(e));
      }
    }
  }

  /** A peer whose server runs. */
  private record Served(Peer peer, Service service) {
    /** A process with a session that has held a lock once; null, and a note, if it does not. */
    @Nullable Child attach(Children children, Lab lab) throws InterruptedException {
      try {
        Child worker = children.java(SessionWorker.class, lab.dist(), peer.id(), service.address());
        worker.expect("ready", PATIENCE);
        worker.say("lock rest");
        worker.expect("asking", PATIENCE);
        worker.expect("entered", PATIENCE);
        worker.say("unlock rest");
        worker.expect("left", PATIENCE);
        return worker;
      } catch (IOException e) {
        lab.results().note(ID, peer.id() + " failed: " + Failures.brief(e));
        return null;
      }
    }
  }

  /** One peer for each kind of server. */
  private static List<Served> serve(Lab lab, Children children, Services services)
      throws InterruptedException {
    List<Served> all = new ArrayList<>();
    List<String> kinds = new ArrayList<>(List.of("redis", "etcd", "zookeeper", "postgres"));
    for (Peer peer : lab.peers()) {
      if (kinds.removeIf(kind -> peer.id().startsWith(kind))) {
        try {
          Path folder = children.surroundings().folder().resolve(peer.id());
          all.add(new Served(peer, services.start(peer, folder)));
        } catch (IOException | RuntimeException e) {
          lab.results().note(ID, peer.id() + " does not start: " + Failures.brief(e));
        }
      }
    }
    return all;
  }
}
