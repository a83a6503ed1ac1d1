package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.worker.Order;
import dev.lockbroker.bench.worker.Samples;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Acquire and release without a rival, one warm client of each peer, in rotation. */
final class PairRounds {
  static final String QUANTITY = "pair";

  private static final String LOCK = "pair";
  private static final int WARM_PAIRS = 20_000;
  private static final int PAIRS = 2_000;
  private static final long MILLIS = 1_000_000;

  /** One slow pair may begin at the very end of a round. */
  private static final long GRACE_NANOS = 20_000 * MILLIS;

  private PairRounds() {}

  static void measure(Lab lab, String workload, List<Peer> peers) throws Exception {
    int rounds = lab.isQuick() ? 2 : 10;
    long warmNanos = (lab.isQuick() ? 100 : 12_000) * MILLIS;
    long roundNanos = (lab.isQuick() ? 50 : 300) * MILLIS;
    try (Field field = Field.start(lab, workload, peers, peer -> 1)) {
      Map<String, Samples> pairs = new HashMap<>();
      field.round(
          entrant -> {
            entrant
                .first()
                .carryOut(Order.pairs(LOCK, WARM_PAIRS, warmNanos), warmNanos + GRACE_NANOS);
          });
      for (int i = 0; i < rounds; i++) {
        field.round(
            entrant -> {
              entrant
                  .first()
                  .carryOut(Order.pairs(LOCK, PAIRS, roundNanos), roundNanos + GRACE_NANOS);
              pairs
                  .computeIfAbsent(entrant.id(), unused -> new Samples())
                  .addAll(entrant.first().samples());
            });
      }
      for (Entrant entrant : field.entrants()) {
        Samples measured = pairs.get(entrant.id());
        if (measured != null) {
          lab.results().addDurations(workload, entrant.id(), "", QUANTITY, measured.toArray());
        }
      }
    }
  }
}
