package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.report.Results;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A promise that the report checks: met if the value is at most (or at least) the limit.
 *
 * @param text as people read it: {@code p50 at most 1.5 × two round trips of the raw gRPC stream}
 * @param value from the results of one run; empty if something of it was not measured
 * @param unit of value and limit: {@code ×}, {@code µs}, {@code MB}
 */
public record Goal(
    String text, Function<Results, OptionalDouble> value, Bound bound, double limit, String unit) {
  /** Which side of the limit is good. */
  public enum Bound {
    AT_MOST,
    AT_LEAST
  }

  /** Whether that value is good enough. */
  public boolean isMetBy(double measured) {
    return bound == Bound.AT_MOST ? measured <= limit : measured >= limit;
  }
}
