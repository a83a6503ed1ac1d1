package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.process.BrokerProcess;
import dev.lockbroker.bench.process.Children;
import dev.lockbroker.bench.process.Surroundings;
import dev.lockbroker.bench.report.Results;
import dev.lockbroker.bench.report.Series;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * P8. Each way to commit gets a new repository each time; the ways take turns, forwards and
 * backwards. Whether every commit is there is counted, and git checks the repository.
 */
public final class RealGit implements Workload {
  static final String ID = "P8";
  static final String WALL = "wall";
  static final String WAIT = "wait";
  static final String TOTAL = "add+commit";
  static final String RATE = "commits";
  static final String FAILURES = "failures";
  static final String START = "cost of lockctl";
  static final String ONE = "one worktree";
  static final String EACH = "8 worktrees";
  static final String IDEAL = "fcntl";
  static final String AUTO = "lockbroker-auto";
  static final String DIRECT = "lockbroker-direct";
  static final String NOTHING = "no-lock";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String title() {
    return "git add and git commit, 8 processes: in one worktree one after the other, and in 8"
        + " worktrees at once";
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        atMost("wall at most 1.1 × an ideal queue, beside a broker", AUTO, WALL, 0.5),
        atMost("wall at most 1.1 × an ideal queue, direct", DIRECT, WALL, 0.5),
        atMost("p95 wait no worse than in an ideal queue, beside a broker", AUTO, WAIT, 0.95),
        atMost("p95 wait no worse than in an ideal queue, direct", DIRECT, WAIT, 0.95),
        atLeast("worktrees at once at least 0.9 × no lock at all, beside a broker", AUTO),
        atLeast("worktrees at once at least 0.9 × no lock at all, direct", DIRECT),
        new Goal("no failure", RealGit::failures, Goal.Bound.AT_MOST, 0, ""));
  }

  private static Goal atMost(String text, String peer, String quantity, double part) {
    return new Goal(
        text,
        results -> ratio(results, peer, IDEAL, ONE, quantity, part),
        Goal.Bound.AT_MOST,
        1.1,
        "×");
  }

  private static Goal atLeast(String text, String peer) {
    return new Goal(
        text,
        results -> ratio(results, peer, NOTHING, EACH, RATE, 0.5),
        Goal.Bound.AT_LEAST,
        0.9,
        "×");
  }

  private static OptionalDouble ratio(
      Results results, String ours, String theirs, String variant, String quantity, double part) {
    OptionalDouble above = results.quantile(ID, ours, variant, quantity, part);
    OptionalDouble below = results.quantile(ID, theirs, variant, quantity, part);
    return above.isPresent() && below.isPresent()
        ? OptionalDouble.of(above.getAsDouble() / below.getAsDouble())
        : OptionalDouble.empty();
  }

  private static OptionalDouble failures(Results results) {
    double[] ours =
        results.series().stream()
            .filter(one -> one.workload().equals(ID) && one.quantity().equals(FAILURES))
            .filter(one -> one.peer().startsWith(Ratios.OURS))
            .map(Series::quantiles)
            .mapToDouble(quantiles -> quantiles.get(0))
            .toArray();
    return ours.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(Arrays.stream(ours).sum());
  }

  @Override
  public void measure(Lab lab) throws Exception {
    try (Children children = new Children(Surroundings.in(lab.folder(), !lab.isQuick()))) {
      BrokerProcess unused = BrokerProcess.start(children, lab.dist());
      new GitRounds(lab, children).measure();
    }
  }
}
