package dev.lockbroker.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The same quantity of the same peer in all runs that measured it. */
record Merged(Key key, List<Series> inRuns) {
  /** What makes two series the same. */
  record Key(String workload, String peer, String variant, String quantity, String unit) {
    static Key of(Series series) {
      return new Key(
          series.workload(), series.peer(), series.variant(), series.quantity(), series.unit());
    }
  }

  /** In the order in which they are first met. */
  static List<Merged> of(List<Run> runs) {
    Map<Key, List<Series>> found = new LinkedHashMap<>();
    for (Run run : runs) {
      for (Series series : run.results().series()) {
        found.computeIfAbsent(Key.of(series), key -> new ArrayList<>()).add(series);
      }
    }
    List<Merged> merged = new ArrayList<>();
    found.forEach((key, series) -> merged.add(new Merged(key, series)));
    return merged;
  }

  /** That quantile of each run, over the runs. */
  Spread at(double point) {
    return Spread.of(inRuns.stream().map(series -> series.at(point)).toList());
  }

  /** Samples of all runs. */
  long count() {
    return inRuns.stream().mapToLong(Series::count).sum();
  }

  /** Whether no run has more of it than one value. */
  boolean isFigure() {
    return inRuns.stream().allMatch(series -> series.count() == 1);
  }

  /** The peer, and what was varied. */
  String name() {
    return key.variant().isEmpty() ? key.peer() : key.peer() + ", " + key.variant();
  }
}
