package dev.lockbroker.bench.report;

import java.util.Arrays;
import java.util.List;

/**
 * A figure over several runs.
 *
 * @param median of an even number of runs, the mean of the middle two
 * @param least of any run
 * @param greatest of any run
 * @param runs in how many it was measured
 */
record Spread(double median, double least, double greatest, int runs) {
  /** Of at least one value. */
  static Spread of(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
  }
}
