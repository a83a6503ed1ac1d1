package dev.lockbroker.bench.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/** What one run measured. Confined to one thread. */
public final class Results {
  private final List<Series> series = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /** Durations in nanoseconds, kept in microseconds. */
  public void addDurations(
      String workload, String peer, String variant, String quantity, long[] nanos) {
    double[] micros = Arrays.stream(nanos).mapToDouble(n -> n / 1000.0).sorted().toArray();
    if (micros.length == 0) {
      throw new IllegalArgumentException(workload + " " + peer + " measured nothing");
    }
    List<Double> quantiles = new ArrayList<>();
    for (double point : Series.POINTS) {
      quantiles.add(micros[(int) Math.round(point * (micros.length - 1))]);
    }
    add(new Series(workload, peer, variant, quantity, "µs", micros.length, quantiles));
  }

  /** A single figure. */
  public void addFigure(
      String workload, String peer, String variant, String quantity, double value, String unit) {
    List<Double> quantiles = Collections.nCopies(Series.POINTS.size(), value);
    add(new Series(workload, peer, variant, quantity, unit, 1, quantiles));
  }

  /** A series that was put together elsewhere, or is read back. */
  public void add(Series one) {
    series.add(one);
  }

  /** A sentence for the reader: what was left out and why, what a figure does not show. */
  public void note(String workload, String text) {
    addNote(workload + ": " + text);
  }

  /** A note that is read back. */
  void addNote(String note) {
    notes.add(note);
  }

  /** In the order in which they were measured. */
  public List<Series> series() {
    return Collections.unmodifiableList(series);
  }

  /** In the order in which they were made. */
  public List<String> notes() {
    return Collections.unmodifiableList(notes);
  }

  /** The value at that part (0.5 is the median); empty if it was not measured. */
  public OptionalDouble quantile(
      String workload, String peer, String variant, String quantity, double part) {
    int point = Series.POINTS.indexOf(part);
    for (Series one : series) {
      if (one.workload().equals(workload)
          && one.peer().equals(peer)
          && one.variant().equals(variant)
          && one.quantity().equals(quantity)) {
        return OptionalDouble.of(one.quantiles().get(point));
      }
    }
    return OptionalDouble.empty();
  }
}
