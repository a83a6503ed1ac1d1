package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.process.BrokerProcess;
import dev.lockbroker.bench.process.Children;
import dev.lockbroker.bench.process.Lockctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The samples of {@link HolderKilled}. Confined to one thread, but for leases that lapse. */
final class KillRounds {
  private static final int SAMPLES = 16;
  private static final int QUICK_SAMPLES = 1;
  private static final Duration SHORT_WAIT = Duration.ofMillis(300);
  private static final Duration LONG_WAIT = Duration.ofSeconds(3);

  /** So that no kill keeps step with anybody's looking. */
  private static final int JITTER_MILLIS = 100;

  /** No round begins later, but the first. */
  private static final long BUDGET_NANOS = 150_000_000_000L;

  private static final Duration BOUND = Duration.ofSeconds(5);
  private static final int LAPSES = 2;
  private static final Duration LAPSE_BOUND = Duration.ofSeconds(40);

  private final Lab lab;
  private final Children children;
  private final Services services;
  private final Random random = new Random(6);
  private final List<KillEntrant> entrants = new ArrayList<>();
  private final List<KillEntrant> lapsing = new ArrayList<>();

  KillRounds(Lab lab, Children children, Services services) {
    this.lab = lab;
    this.children = children;
    this.services = services;
  }

  void measure() throws IOException, InterruptedException {
    for (Peer peer : lab.peers()) {
      try {
        add(peer);
      } catch (IOException | RuntimeException e) {
        note(peer.id() + " does not start: " + Failures.brief(e));
      }
    }
    addLockctl();
    rotate();
    for (KillEntrant entrant : entrants) {
      entrant.trial().close();
      entrant.report(HolderKilled.ID, lab.results());
    }
    lapse();
  }

  private synchronized void note(String text) {
    lab.results().note(HolderKilled.ID, text);
  }

  private void add(Peer peer) throws IOException, InterruptedException {
    switch (Ending.of(peer)) {
      case PROCESS_ONLY -> note(peer.id() + " is within one process, whose death ends all of it");
      case NEVER -> note(peer.id() + ": never; its file stays until somebody removes it");
      case CONNECTION -> entrants.add(entrant(peer, start(peer), "killed"));
      case LAPSE -> {
        if (lab.isQuick()) {
          note(peer.id() + ": its lease has to lapse, which takes too long for --quick");
          return;
        }
        String address = start(peer);
        for (int i = 0; i < LAPSES; i++) {
          lapsing.add(entrant(peer, address, "lapse" + i));
        }
      }
    }
  }

  private KillEntrant entrant(Peer peer, String address, String lock) {
    KillTrial trial = new SessionKillTrial(children, lab.dist(), peer, address, lock);
    return new KillEntrant(peer.id(), "", trial);
  }

  private String start(Peer peer) throws IOException, InterruptedException {
    return services.start(peer, children.surroundings().folder().resolve(peer.id())).address();
  }

  private void addLockctl() throws IOException, InterruptedException {
    BrokerProcess unused = BrokerProcess.start(children, lab.dist());
    if (!Lockctl.prepare(children, lab.dist())) {
      note("lockctl runs without its archive of classes");
    }
    entrants.add(lockctl("lockbroker", "broker"));
    entrants.add(lockctl("lockbroker-direct", "direct"));
  }

  private KillEntrant lockctl(String peer, String mode) throws IOException {
    Path place = children.surroundings().folder().resolve("lockctl-" + mode);
    Files.createDirectories(place);
    KillTrial trial = new LockctlKillTrial(children, lab.dist(), mode, place);
    return new KillEntrant(peer, "lockctl run", trial);
  }

  private void rotate() throws InterruptedException {
    int samples = lab.isQuick() ? QUICK_SAMPLES : SAMPLES;
    long startNanos = System.nanoTime();
    for (int i = 0; i < samples; i++) {
      if (i > 0 && System.nanoTime() - startNanos > BUDGET_NANOS) {
        note("slow machine: " + i + " samples, not " + samples);
        break;
      }
      for (KillEntrant entrant : entrants) {
        if (!entrant.hasFailed()) {
          take(entrant, i % 2 == 1 && entrant.looks());
        }
      }
    }
  }

  private void take(KillEntrant entrant, boolean isLate) throws InterruptedException {
    Duration waits = (isLate ? LONG_WAIT : SHORT_WAIT).plusMillis(random.nextInt(JITTER_MILLIS));
    take(entrant, isLate, waits, BOUND);
  }

  private void take(KillEntrant entrant, boolean isLate, Duration waits, Duration bound)
      throws InterruptedException {
    try {
      entrant.add(isLate, entrant.trial().gapNanos(waits, bound));
    } catch (IOException | RuntimeException e) {
      entrant.fails();
      note(entrant.name() + " failed: " + Failures.brief(e));
    }
  }

  /** All at once: they only wait, and two samples say enough of a time that is a setting. */
  private void lapse() throws InterruptedException {
    if (lapsing.isEmpty()) {
      return;
    }
    ExecutorService pool = Executors.newFixedThreadPool(lapsing.size());
    try {
      lapsing.forEach(entrant -> pool.execute(() -> lapse(entrant)));
      pool.shutdown();
      if (!pool.awaitTermination(2, TimeUnit.MINUTES)) {
        note("leases that lapse: given up after two minutes");
      }
    } finally {
      pool.shutdownNow();
    }
    for (int i = 0; i < lapsing.size(); i += LAPSES) {
      KillEntrant first = lapsing.get(i);
      for (KillEntrant other : lapsing.subList(i + 1, i + LAPSES)) {
        other.all().forEach(gapNanos -> first.add(false, gapNanos));
      }
      first.report(HolderKilled.ID, lab.results());
    }
  }

  private void lapse(KillEntrant entrant) {
    try {
      take(entrant, false, SHORT_WAIT, LAPSE_BOUND);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      entrant.trial().close();
    }
  }
}
