package dev.lockbroker.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MergedTest {
  private static Merged only(List<Run> runs, String peer, String quantity) {
    return Merged.of(runs).stream()
        .filter(one -> one.key().peer().equals(peer) && one.key().quantity().equals(quantity))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_figure_is_the_median_of_the_runs_own_with_their_range() {
    List<Run> runs =
        List.of(Samples.run(1, 3, false), Samples.run(2, 1, false), Samples.run(3, 1.5, false));
    Merged pair = only(runs, "lockbroker", "pair");
    assertEquals(new Spread(150, 100, 300, 3), pair.at(0.5));
    assertEquals(3003, pair.count());
    assertFalse(pair.isFigure());
  }

  @Test
  void of_two_runs_it_is_the_mean() {
    Merged pair = only(List.of(Samples.run(1, 1, false), Samples.run(2, 2, false)), "etcd", "pair");
    assertEquals(900, pair.at(0.5).median());
  }

  @Test
  void a_run_that_did_not_measure_it_does_not_count() {
    Run without = new Run(2, List.of(), new Results());
    Merged pair = only(List.of(Samples.run(1, 1, false), without), "etcd", "pair");
    assertEquals(1, pair.at(0.5).runs());
  }

  @Test
  void single_values_are_figures() {
    assertTrue(only(List.of(Samples.run(1, 1, false)), "etcd", "memory per waiter").isFigure());
  }

  @Test
  void quick_runs_do_not_mix_with_others() {
    Run quick = Samples.run(1, 9, true);
    Run whole = Samples.run(2, 1, false);
    assertEquals(List.of(whole), MarkdownReport.comparable(List.of(quick, whole)));
    assertEquals(List.of(quick), MarkdownReport.comparable(List.of(quick)));
  }
}
