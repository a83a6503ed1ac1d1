package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.process.Children;
import dev.lockbroker.bench.process.Lockctl;
import dev.lockbroker.bench.report.Results;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The rounds of {@link RealGit}: every way once in each. Confined to one thread. */
final class GitRounds {
  private static final int ROUNDS = 5;
  private static final int QUICK_ROUNDS = 1;
  private static final int SLOW_ROUNDS = 2;

  /** No round begins later, unless nothing has been measured yet. */
  private static final long BUDGET_NANOS = 150_000_000_000L;

  private static final int WORKERS = 8;
  private static final int QUICK_WORKERS = 3;
  private static final int COMMITS = 6;
  private static final int QUICK_COMMITS = 2;
  private static final int WARM_UPS = 300;
  private static final int QUICK_WARM_UPS = 20;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Lab lab;
  private final Children children;
  private final List<GitWay> ways = new ArrayList<>(GitWay.all());
  private @Nullable GitCrew crew;
  private int places;

  GitRounds(Lab lab, Children children) {
    this.lab = lab;
    this.children = children;
  }

  void measure() throws IOException, InterruptedException {
    List<GitWay> fit = new ArrayList<>(ways);
    try {
      if (!Lockctl.prepare(children, lab.dist())) {
        lab.results().note(RealGit.ID, "lockctl runs without its archive of classes");
      }
      int rounds = lab.isQuick() ? QUICK_ROUNDS : ROUNDS;
      long startNanos = System.nanoTime();
      // One more at the beginning, for caches and compilers, that does not count.
      for (int round = lab.isQuick() ? 0 : -1; round < rounds; round++) {
        if (round > 0 && System.nanoTime() - startNanos > BUDGET_NANOS) {
          lab.results().note(RealGit.ID, "slow machine: " + round + " rounds, not " + rounds);
          break;
        }
        int number = round;
        fit.removeIf(way -> !(way.isSlow() && number >= SLOW_ROUNDS) && !isDone(way, number >= 0));
        Collections.reverse(fit);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    } finally {
      endCrew();
    }
    ways.stream().filter(way -> !way.shifts().isEmpty()).forEach(this::report);
    reportStart();
  }

  /** False if it failed as a whole, and is not to be tried again. */
  private boolean isDone(GitWay way, boolean counts) {
    try {
      Shift shift = shift(way);
      if (counts) {
        way.shifts().add(shift);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException | RuntimeException e) {
      lab.results()
          .note(RealGit.ID, way.peer() + " " + way.variant() + " failed: " + Failures.brief(e));
      if (way.turn() != null) {
        endCrew();
      }
      return false;
    }
  }

  private Shift shift(GitWay way) throws IOException, InterruptedException {
    int commits = lab.isQuick() ? QUICK_COMMITS : COMMITS;
    int workers = way.isAlone() ? 1 : workers();
    Path folder = children.surroundings().folder().resolve("p" + ++places);
    GitPlace place = GitPlace.create(children, folder, workers, way.isShared());
    String turn = way.turn();
    Shift shift =
        turn == null
            ? ShellCrew.work(children, lab.dist(), way.guard(), place, workers, commits)
            : crew().work(turn, place, commits);
    long missing = place.missing(workers * commits - shift.failures());
    return missing == 0
        ? shift
        : new Shift(
            shift.wallNanos(), shift.waits(), shift.totals(), shift.failures() + (int) missing);
  }

  private int workers() {
    return lab.isQuick() ? QUICK_WORKERS : WORKERS;
  }

  private GitCrew crew() throws IOException, InterruptedException {
    GitCrew current = crew;
    if (current == null) {
      int warmUps = lab.isQuick() ? QUICK_WARM_UPS : WARM_UPS;
      current = GitCrew.start(children, workers(), warmUps, GitWay.TURNS);
      crew = current;
    }
    return current;
  }

  private void endCrew() {
    GitCrew current = crew;
    if (current != null) {
      current.close();
      crew = null;
    }
  }

  private void report(GitWay way) {
    Results results = lab.results();
    long[] walls = way.shifts().stream().mapToLong(Shift::wallNanos).toArray();
    results.addDurations(RealGit.ID, way.peer(), way.variant(), RealGit.WALL, walls);
    results.addDurations(
        RealGit.ID, way.peer(), way.variant(), RealGit.WAIT, every(way, Shift::waits));
    results.addDurations(
        RealGit.ID, way.peer(), way.variant(), RealGit.TOTAL, every(way, Shift::totals));
    double[] rates =
        way.shifts().stream()
            .mapToDouble(one -> one.totals().size() * NANOS_PER_SECOND / one.wallNanos())
            .sorted()
            .toArray();
    results.addFigure(
        RealGit.ID, way.peer(), way.variant(), RealGit.RATE, rates[rates.length / 2], "/s");
    int failures = way.shifts().stream().mapToInt(Shift::failures).sum();
    results.addFigure(RealGit.ID, way.peer(), way.variant(), RealGit.FAILURES, failures, "");
  }

  private static long[] every(GitWay way, Function<Shift, List<Long>> what) {
    return way.shifts().stream()
        .flatMap(shift -> what.apply(shift).stream())
        .mapToLong(Long::longValue)
        .toArray();
  }

  /** What lockctl, mostly the start of its JVM, adds to a command that waits for nobody. */
  private void reportStart() {
    long[] without = alone(RealGit.NOTHING);
    long[] with = alone(RealGit.AUTO);
    if (without.length > 0 && with.length > 0) {
      double micros = (with[with.length / 2] - without[without.length / 2]) / 1000.0;
      lab.results().addFigure(RealGit.ID, RealGit.AUTO, GitWay.ALONE, RealGit.START, micros, "µs");
    }
  }

  private long[] alone(String peer) {
    return ways.stream()
        .filter(way -> way.isAlone() && way.peer().equals(peer))
        .flatMapToLong(way -> Arrays.stream(every(way, Shift::totals)))
        .sorted()
        .toArray();
  }
}
