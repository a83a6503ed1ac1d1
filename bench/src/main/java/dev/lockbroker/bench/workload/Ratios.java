package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.report.Results;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Ratios of what was measured; empty where a part of one was not. */
final class Ratios {
  /** Every request through the broker. */
  static final String OURS = "lockbroker";

  /** What a client does by default beside a broker. */
  static final String AUTO = "lockbroker-auto";

  static final String DIRECT = "lockbroker-direct";
  static final String FLOOR = "raw-grpc";
  static final double MEDIAN = 0.5;
  static final double P99 = 0.99;

  /** Ourselves with a broker, in both ways. */
  static final List<String> WITH_BROKER = List.of(AUTO, OURS);

  private Ratios() {}

  /** How a goal says which way it is about. */
  static String wayOf(String ours) {
    return ours.equals(AUTO) ? "by default: " : "all through the broker: ";
  }

  /** What is compared: one quantity of one variant of one workload. */
  record Quantity(String workload, String variant, String name) {
    OptionalDouble of(Results results, String peer, double part) {
      return results.quantile(workload, peer, variant, name, part);
    }
  }

  /** One peer's value in terms of another's. */
  static Function<Results, OptionalDouble> ratio(
      Quantity quantity, String peer, String other, double part) {
    return results -> divide(quantity.of(results, peer, part), quantity.of(results, other, part));
  }

  /**
   * A peer's value in terms of the best of the others: at most 1 where it is ahead of all of those
   * that were measured.
   */
  static Function<Results, OptionalDouble> toBestOf(
      Quantity quantity, String peer, List<String> others, double part) {
    return results -> {
      OptionalDouble best =
          others.stream()
              .map(other -> quantity.of(results, other, part))
              .flatMapToDouble(OptionalDouble::stream)
              .min();
      return divide(quantity.of(results, peer, part), best);
    };
  }

  static OptionalDouble divide(OptionalDouble value, OptionalDouble by) {
    return value.isPresent() && by.isPresent() && by.getAsDouble() != 0
        ? OptionalDouble.of(value.getAsDouble() / by.getAsDouble())
        : OptionalDouble.empty();
  }
}
