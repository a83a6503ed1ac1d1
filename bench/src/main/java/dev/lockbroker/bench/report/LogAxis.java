package dev.lockbroker.bench.report;

import java.util.ArrayList;
import java.util.List;

/**
 * From positive values to places on the page, by their logarithm.
 *
 * @param from where {@code least} is
 * @param to where {@code greatest} is
 */
record LogAxis(double least, double greatest, double from, double to) {
  /** Around these values, with a little room at both ends. */
  static LogAxis around(List<Double> values, double from, double to) {
    double least = values.stream().mapToDouble(Double::doubleValue).min().orElse(1);
    double greatest = values.stream().mapToDouble(Double::doubleValue).max().orElse(10);
    double room = Math.max(Math.pow(greatest / least, 0.05), 1.15);
    return new LogAxis(least / room, greatest * room, from, to);
  }

  double at(double value) {
    double part = Math.log(value / least) / Math.log(greatest / least);
    return from + part * (to - from);
  }

  /** Powers of ten; where there are few, 2 and 5 times those as well. */
  List<Double> ticks() {
    List<Double> tens = ticks(new double[] {1});
    return tens.size() >= 3 ? tens : ticks(new double[] {1, 2, 5});
  }

  private List<Double> ticks(double[] multiples) {
    List<Double> ticks = new ArrayList<>();
    for (double ten = Math.pow(10, Math.floor(Math.log10(least))); ten <= greatest; ten *= 10) {
      for (double multiple : multiples) {
        double tick = ten * multiple;
        if (tick >= least && tick <= greatest) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }
}
