package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.report.Results;
import java.util.ArrayList;
import java.util.List;

/** Somebody whose holder is killed, and what was measured of it. */
final class KillEntrant {
  static final String GAP = "gap";

  private final String peer;
  private final String variant;
  private final KillTrial trial;
  private final List<Long> soon = new ArrayList<>();
  private final List<Long> late = new ArrayList<>();
  private boolean hasFailed;

  /**
   * Of a peer.
   *
   * @param variant empty, or what of the peer it is
   */
  KillEntrant(String peer, String variant, KillTrial trial) {
    this.peer = peer;
    this.variant = variant;
    this.trial = trial;
  }

  String peer() {
    return peer;
  }

  /** For a message. */
  String name() {
    return (peer + " " + variant).trim();
  }

  KillTrial trial() {
    return trial;
  }

  /** How often it looks depends on how long it has waited: nobody tells it. */
  boolean looks() {
    return peer.equals("lockbroker-direct");
  }

  /** Is not to be asked again. */
  void fails() {
    hasFailed = true;
  }

  boolean hasFailed() {
    return hasFailed;
  }

  void add(boolean isLate, long gapNanos) {
    (isLate ? late : soon).add(gapNanos);
  }

  List<Long> all() {
    List<Long> all = new ArrayList<>(soon);
    all.addAll(late);
    return all;
  }

  void report(String workload, Results results) {
    report(workload, results, variant, all());
    if (!late.isEmpty()) {
      String prefix = variant.isEmpty() ? "" : variant + ", ";
      report(workload, results, prefix + "waited 0.3 s", soon);
      report(workload, results, prefix + "waited 3 s", late);
    }
  }

  private void report(String workload, Results results, String name, List<Long> nanos) {
    if (!nanos.isEmpty()) {
      long[] gaps = nanos.stream().mapToLong(Long::longValue).toArray();
      results.addDurations(workload, peer, name, GAP, gaps);
    }
  }
}
