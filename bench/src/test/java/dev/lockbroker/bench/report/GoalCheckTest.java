package dev.lockbroker.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockbroker.bench.workload.Goal;
import dev.lockbroker.bench.workload.Goal.Bound;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class GoalCheckTest {
  /** NaN stands for "not measured". */
  private static GoalCheck check(Bound bound, double limit, double... perRun) {
    Goal goal = new Goal("", results -> OptionalDouble.empty(), bound, limit, "µs");
    List<OptionalDouble> values =
        Arrays.stream(perRun)
            .mapToObj(
                value -> Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value))
            .toList();
    return new GoalCheck("P1", goal, values);
  }

  private static String verdict(Bound bound, double limit, double... perRun) {
    return check(bound, limit, perRun).verdict();
  }

  @Test
  void the_limit_itself_is_good_enough() {
    assertEquals("met", verdict(Bound.AT_MOST, 30, 30));
    assertEquals("met", verdict(Bound.AT_LEAST, 30, 30));
  }

  @Test
  void it_is_said_by_how_much_a_goal_is_missed() {
    assertEquals("missed by 1.8×", verdict(Bound.AT_MOST, 10, 18));
    assertEquals("missed by 2×", verdict(Bound.AT_LEAST, 0.8, 0.4));
    assertEquals("missed narrowly", verdict(Bound.AT_MOST, 10, 10.001));
  }

  @Test
  void against_nothing_it_is_a_difference() {
    assertEquals("missed by 3 µs", verdict(Bound.AT_MOST, 0, 3));
    assertEquals("missed by 1 µs", verdict(Bound.AT_LEAST, 1, 0));
  }

  @Test
  void the_median_of_the_runs_decides_and_disagreement_is_told() {
    assertEquals("met (met in 2 of 3 runs)", verdict(Bound.AT_MOST, 10, 9, 30, 8));
    assertEquals("missed by 2× (met in 1 of 3 runs)", verdict(Bound.AT_MOST, 10, 9, 30, 20));
  }

  @Test
  void runs_without_the_value_do_not_count() {
    assertEquals("met", verdict(Bound.AT_MOST, 10, Double.NaN, 9));
    assertEquals("not measured", verdict(Bound.AT_MOST, 10, Double.NaN));
  }

  @Test
  void goals_are_evaluated_on_each_runs_own_results() {
    List<GoalCheck> checks =
        GoalCheck.of(
            Samples.workloads(), List.of(Samples.run(1, 1, false), Samples.run(2, 4, false)));
    assertEquals(
        List.of("missed by 1.33×", "met", "not measured", "met"),
        checks.stream().map(GoalCheck::verdict).toList());
    assertEquals("2 ×", checks.get(0).valueIn(1));
  }
}
