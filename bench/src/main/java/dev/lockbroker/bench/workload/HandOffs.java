package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.report.Results;
import dev.lockbroker.bench.worker.Samples;

/** What several rounds on one lock have shown of one peer. */
final class HandOffs {
  /**
   * As the clocks of those who ask tell. On a busy machine a message may take longer than {@link
   * GrantLog#TIE_NANOS} to be heard, so that peers that serve in order have some, too.
   */
  static final String INVERSIONS = "inversions";

  /** As the numbers tell that a lock gives to those who wait. */
  static final String OUT_OF_PLACE = "inversions by ticket";

  private final Samples gaps = new Samples();
  private final Samples waits = new Samples();
  private int grants;
  private int overlaps;
  private int inversions;
  private int outOfPlace;
  private boolean hasPlaces;

  /** One round; releases after that moment are not looked at. */
  void add(GrantLog log, long untilNanos) {
    gaps.addAll(log.gaps(untilNanos));
    waits.addAll(log.waits());
    grants += log.size();
    overlaps += log.overlaps();
    inversions += log.inversions();
    outOfPlace += log.outOfPlace();
    hasPlaces |= log.hasPlaces();
  }

  void report(Results results, String workload, String peer, String variant) {
    if (grants == 0) {
      results.note(workload, peer + " granted nothing with " + variant);
      return;
    }
    if (gaps.size() > 0) {
      results.addDurations(workload, peer, variant, "gap", gaps.toArray());
    } else {
      results.note(
          workload, peer + " has no gap with " + variant + ": nobody who waited ever got it");
    }
    results.addDurations(workload, peer, variant, "wait", waits.toArray());
    results.addFigure(workload, peer, variant, "grants", grants, "");
    results.addFigure(workload, peer, variant, "overlaps", overlaps, "");
    results.addFigure(workload, peer, variant, INVERSIONS, inversions, "");
    if (hasPlaces) {
      results.addFigure(workload, peer, variant, OUT_OF_PLACE, outOfPlace, "");
    }
    if (overlaps > 0) {
      results.note(workload, peer + " let two in at once, " + variant + ": " + overlaps + " times");
    }
  }
}
