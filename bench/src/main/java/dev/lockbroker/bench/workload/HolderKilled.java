package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.process.BrokerProcess;
import dev.lockbroker.bench.process.Children;
import dev.lockbroker.bench.process.Lockctl;
import dev.lockbroker.bench.process.Surroundings;
import dev.lockbroker.bench.report.Results;
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

/**
 * P6. What is bound to a connection or a process is measured in rotation; leases that have to lapse
 * are waited for all at once afterwards, because that takes half a minute each.
 */
public final class HolderKilled implements Workload {
  private static final String ID = "P6";
  private static final String GAP = "gap";

  private static final int SAMPLES = 16;
  private static final int QUICK_SAMPLES = 2;
  private static final Duration SHORT_WAIT = Duration.ofMillis(300);
  private static final Duration LONG_WAIT = Duration.ofSeconds(3);

  /** A lockctl has to start first. */
  private static final Duration START = Duration.ofMillis(700);

  /** So that no kill keeps step with anybody's looking. */
  private static final int JITTER_MILLIS = 100;

  private static final Duration BOUND = Duration.ofSeconds(5);
  private static final int LAPSES = 2;
  private static final Duration LAPSE_BOUND = Duration.ofSeconds(40);

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String title() {
    return "a holder is killed with SIGKILL while one process waits: from the signal to its entry";
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        goal("p50 at most 10 ms with a broker", "lockbroker", 10_000),
        goal("p50 at most 100 ms direct", "lockbroker-direct", 100_000));
  }

  private static Goal goal(String text, String peer, double limit) {
    return new Goal(
        text, results -> results.quantile(ID, peer, "", GAP, 0.5), Goal.Bound.AT_MOST, limit, "µs");
  }

  @Override
  public void measure(Lab lab) throws Exception {
    Surroundings surroundings = Surroundings.in(lab.folder());
    try (Children children = new Children(surroundings);
        Services services = new Services()) {
      new Run(lab, children, services).measure();
    }
  }

  /** Whose lock it is and what was measured of it. */
  private record Entrant(
      String peer,
      String variant,
      KillTrial trial,
      boolean looks,
      List<Long> soon,
      List<Long> late) {
    Entrant(String peer, String variant, KillTrial trial, boolean looks) {
      this(peer, variant, trial, looks, new ArrayList<>(), new ArrayList<>());
    }
  }

  /** One measurement. Confined to one thread, but for lapses. */
  private static final class Run {
    private final Lab lab;
    private final Children children;
    private final Services services;
    private final Random random = new Random(6);
    private final List<Entrant> entrants = new ArrayList<>();
    private final List<Entrant> lapsing = new ArrayList<>();

    Run(Lab lab, Children children, Services services) {
      this.lab = lab;
      this.children = children;
      this.services = services;
    }

    void measure() throws Exception {
      for (Peer peer : lab.peers()) {
        try {
          add(peer);
        } catch (IOException | RuntimeException e) {
          lab.results().note(ID, peer.id() + " does not start: " + e.getMessage());
        }
      }
      addLockctl();
      rotate();
      lapse();
    }

    private void add(Peer peer) throws Exception {
      switch (Ending.of(peer.id())) {
        case PROCESS_ONLY ->
            lab.results().note(ID, peer.id() + " is within one process, whose death ends all");
        case NEVER ->
            lab.results().note(ID, peer.id() + ": never; its file stays until somebody removes it");
        case CONNECTION -> {
          boolean looks = peer.id().equals("lockbroker-direct");
          entrants.add(new Entrant(peer.id(), "", trial(peer, start(peer), "killed"), looks));
        }
        case LAPSE -> {
          if (lab.isQuick()) {
            lab.results().note(ID, peer.id() + ": its lease has to lapse, too long for --quick");
            return;
          }
          String address = start(peer);
          for (int i = 0; i < LAPSES; i++) {
            lapsing.add(new Entrant(peer.id(), "", trial(peer, address, "lapse" + i), false));
          }
        }
      }
    }

    private KillTrial trial(Peer peer, String address, String lock) {
      return new SessionKillTrial(children, lab.dist(), peer, address, lock);
    }

    private String start(Peer peer) throws IOException, InterruptedException {
      Path folder = children.surroundings().folder().resolve(peer.id());
      return services.start(peer, folder).address();
    }

    private void addLockctl() throws IOException, InterruptedException {
      BrokerProcess unused = BrokerProcess.start(children, lab.dist());
      if (!Lockctl.prepare(children, lab.dist())) {
        lab.results().note(ID, "lockctl runs without its archive of classes");
      }
      Path folder = children.surroundings().folder();
      Path pushed = Files.createDirectories(folder.resolve("pushed"));
      Path looked = Files.createDirectories(folder.resolve("looked"));
      entrants.add(
          new Entrant(
              "lockbroker",
              "lockctl",
              new LockctlKillTrial(children, lab.dist(), "broker", pushed),
              false));
      entrants.add(
          new Entrant(
              "lockbroker-direct",
              "lockctl",
              new LockctlKillTrial(children, lab.dist(), "direct", looked),
              true));
    }

    private void rotate() throws InterruptedException {
      int samples = lab.isQuick() ? QUICK_SAMPLES : SAMPLES;
      List<Entrant> fit = new ArrayList<>(entrants);
      for (int i = 0; i < samples; i++) {
        boolean late = i % 2 == 1;
        fit.removeIf(entrant -> !take(entrant, late && entrant.looks()));
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      for (Entrant entrant : entrants) {
        entrant.trial().close();
        report(entrant);
      }
    }

    /** False if it has failed and is not to be asked again. */
    private boolean take(Entrant entrant, boolean late) {
      Duration waits =
          (late ? LONG_WAIT : SHORT_WAIT)
              .plus(entrant.variant().isEmpty() ? Duration.ZERO : START)
              .plusMillis(random.nextInt(JITTER_MILLIS));
      try {
        long gap = entrant.trial().gapNanos(waits, BOUND);
        (late ? entrant.late() : entrant.soon()).add(gap);
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } catch (Exception e) {
        noteFailure(entrant, e);
        return false;
      }
    }

    private void noteFailure(Entrant entrant, Exception failure) {
      String who = entrant.peer() + " " + entrant.variant();
      synchronized (lab.results()) {
        lab.results().note(ID, who.trim() + " failed: " + failure.getMessage());
      }
    }

    private void report(Entrant entrant) {
      List<Long> all = new ArrayList<>(entrant.soon());
      all.addAll(entrant.late());
      add(entrant, entrant.variant(), all);
      if (!entrant.late().isEmpty()) {
        String prefix = entrant.variant().isEmpty() ? "" : entrant.variant() + " ";
        add(entrant, prefix + "waited=0.3s", entrant.soon());
        add(entrant, prefix + "waited=3s", entrant.late());
      }
    }

    private void add(Entrant entrant, String variant, List<Long> nanos) {
      if (!nanos.isEmpty()) {
        Results results = lab.results();
        long[] gaps = nanos.stream().mapToLong(Long::longValue).toArray();
        results.addDurations(ID, entrant.peer(), variant, GAP, gaps);
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
          lab.results().note(ID, "leases that lapse: given up after two minutes");
        }
      } finally {
        pool.shutdownNow();
      }
      for (int i = 0; i < lapsing.size(); i += LAPSES) {
        List<Long> gaps = new ArrayList<>();
        lapsing.subList(i, i + LAPSES).forEach(entrant -> gaps.addAll(entrant.soon()));
        add(lapsing.get(i), "", gaps);
      }
    }

    private void lapse(Entrant entrant) {
      try {
        entrant.soon().add(entrant.trial().gapNanos(SHORT_WAIT, LAPSE_BOUND));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        noteFailure(entrant, e);
      } finally {
        entrant.trial().close();
      }
    }
  }
}
