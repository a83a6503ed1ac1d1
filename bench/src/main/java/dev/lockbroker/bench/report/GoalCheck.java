package dev.lockbroker.bench.report;

import dev.lockbroker.bench.workload.Goal;
import dev.lockbroker.bench.workload.Goal.Bound;
import dev.lockbroker.bench.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * A goal held against runs.
 *
 * @param perRun its value in each run, empty where it was not measured
 */
record GoalCheck(String workload, Goal goal, List<OptionalDouble> perRun) {
  /** All goals of all these workloads. */
  static List<GoalCheck> of(List<? extends Workload> workloads, List<Run> runs) {
    List<GoalCheck> checks = new ArrayList<>();
    for (Workload workload : workloads) {
      for (Goal goal : workload.goals()) {
        List<OptionalDouble> values =
            runs.stream().map(run -> finite(goal.value().apply(run.results()))).toList();
        checks.add(new GoalCheck(workload.id(), goal, values));
      }
    }
    return checks;
  }

  /** A quotient by nothing is no value. */
  private static OptionalDouble finite(OptionalDouble value) {
    return value.isPresent() && Double.isFinite(value.getAsDouble())
        ? value
        : OptionalDouble.empty();
  }

  /** Over the runs that have a value. */
  OptionalDouble median() {
    List<Double> values = measured();
    return values.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Spread.of(values).median());
  }

  private List<Double> measured() {
    return perRun.stream()
        .map(value -> value.isPresent() ? (Double) value.getAsDouble() : null)
        .filter(Objects::nonNull)
        .toList();
  }

  boolean isMet() {
    return median().isPresent() && goal.isMetBy(median().getAsDouble());
  }

  /** {@code met}, {@code met (in 2 of 3 runs)}, {@code missed by 1.8×}, {@code not measured}. */
  String verdict() {
    if (median().isEmpty()) {
      return "not measured";
    }
    long met = measured().stream().filter(goal::isMetBy).count();
    boolean isSame = met == (isMet() ? measured().size() : 0);
    String in = isSame ? "" : " (met in " + met + " of " + measured().size() + " runs)";
    return (isMet() ? "met" : missed(median().getAsDouble())) + in;
  }

  private String missed(double value) {
    double factor = goal.bound() == Bound.AT_MOST ? value / goal.limit() : goal.limit() / value;
    if (!Double.isFinite(factor) || factor <= 0) { // against 0 there is none
      return "missed by " + Figures.text(Math.abs(value - goal.limit()), goal.unit());
    }
    String ratio = Figures.ratio(factor);
    return ratio.equals("1×") ? "missed narrowly" : "missed by " + ratio;
  }

  /** {@code ≤ 1.5 ×}. */
  String limit() {
    return (goal.bound() == Bound.AT_MOST ? "≤ " : "≥ ") + Figures.text(goal.limit(), goal.unit());
  }

  /** The value of that run. */
  String valueIn(int run) {
    return text(perRun.get(run));
  }

  String medianText() {
    return text(median());
  }

  private String text(OptionalDouble value) {
    return value.isPresent() ? Figures.text(value.getAsDouble(), goal.unit()) : "–";
  }
}
