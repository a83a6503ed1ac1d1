package dev.lockbroker.bench.workload;

import java.util.List;

/** One of P1 to P9. */
public interface Workload {
  /** {@code P3}. */
  String id();

  /** One line: what is measured, and how. */
  String title();

  /** What issue or design promise for it, evaluated on the results. */
  List<Goal> goals();

  /** Measures all peers it can, in rotation, and notes what it could not measure and why. */
  void measure(Lab lab) throws Exception;
}
