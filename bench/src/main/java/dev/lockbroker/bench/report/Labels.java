package dev.lockbroker.bench.report;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Finds places for labels beside what they name, so that none covers another. */
final class Labels {
  private Labels() {}

  /**
   * Places in the order of the wishes, each at least {@code distance} from the next, between the
   * bounds if there is room for all, and near where they are wished.
   */
  static double[] spread(List<Double> wishes, double distance, double top, double bottom) {
    int[] order =
        IntStream.range(0, wishes.size())
            .boxed()
            .sorted(Comparator.comparing(wishes::get))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] places = new double[order.length];
    double next = top;
    for (int i = 0; i < order.length; i++) {
      places[i] = Math.max(wishes.get(order[i]), next);
      next = places[i] + distance;
    }
    // Those that were pushed out at the bottom push the others up.
    double last = bottom;
    for (int i = order.length - 1; i >= 0 && places[i] > last; i--) {
      places[i] = last;
      last -= distance;
    }
    double[] inOrderOfWishes = new double[order.length];
    Arrays.setAll(inOrderOfWishes, i -> 0);
    for (int i = 0; i < order.length; i++) {
      inOrderOfWishes[order[i]] = places[i];
    }
    return inOrderOfWishes;
  }
}
