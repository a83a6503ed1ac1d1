package dev.lockbroker.bench.report;

import java.util.List;

/**
 * One quantity of one peer, as its distribution.
 *
 * @param workload {@code P3}
 * @param peer {@link dev.lockbroker.bench.peer.Peer#id}
 * @param variant what was varied, {@code waiters=1000}; empty if nothing was
 * @param quantity {@code pair}, {@code gap}, {@code resident}
 * @param unit {@code µs}, {@code MB}, {@code /s}, {@code %}; empty for counts
 * @param count how many samples
 * @param quantiles the values at {@link #POINTS}, in the unit; all the same for a single figure
 */
public record Series(
    String workload,
    String peer,
    String variant,
    String quantity,
    String unit,
    long count,
    List<Double> quantiles) {
  /** Which part of the samples is at most the value of the same index. */
  public static final List<Double> POINTS =
      List.of(
          0., 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.);

  /**
   * Checks that there is a value for each point.
   *
   * @throws IllegalArgumentException if there is not
   */
  public Series {
    quantiles = List.copyOf(quantiles);
    if (quantiles.size() != POINTS.size()) {
      throw new IllegalArgumentException(
          "a series has " + POINTS.size() + " quantiles, not " + quantiles.size());
    }
  }

  /** The value at one of {@link #POINTS}: 0.5 is the median, 1 the greatest. */
  double at(double point) {
    return quantiles.get(POINTS.indexOf(point));
  }
}
