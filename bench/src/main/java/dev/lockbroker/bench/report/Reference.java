package dev.lockbroker.bench.report;

import java.util.List;
import java.util.Optional;

/** Whom the others of a workload are compared with: ourselves, as the workload means us. */
final class Reference {
  private static final String OURS = "lockbroker";
  private static final String AUTO = "lockbroker-auto";
  private static final String DIRECT = "lockbroker-direct";
  private static final String RUN = "lockctl";

  private Reference() {}

  /** Whether that peer is this project. */
  static boolean isOurs(String peer) {
    return peer.startsWith(OURS) || peer.startsWith(RUN);
  }

  /** The peer's id; empty if none of us was measured. */
  static Optional<String> of(String workload, List<Merged> merged) {
    String preferred =
        switch (workload) {
          case "P2" -> DIRECT;
          case "P8" -> AUTO;
          default -> OURS;
        };
    List<String> ours =
        merged.stream()
            .filter(one -> one.key().workload().equals(workload))
            .map(one -> one.key().peer())
            .filter(Reference::isOurs)
            .distinct()
            .toList();
    return ours.contains(preferred) ? Optional.of(preferred) : ours.stream().findFirst();
  }

  /** The same quantity and variant of the reference, else its only variant of that quantity. */
  static Optional<Merged> of(Merged one, String reference, List<Merged> merged) {
    List<Merged> same =
        merged.stream()
            .filter(other -> other.key().peer().equals(reference))
            .filter(other -> other.key().workload().equals(one.key().workload()))
            .filter(other -> other.key().quantity().equals(one.key().quantity()))
            .filter(other -> other.key().unit().equals(one.key().unit()))
            .toList();
    for (Merged other : same) {
      if (other.key().variant().equals(one.key().variant())) {
        return Optional.of(other);
      }
    }
    return same.size() == 1 ? Optional.of(same.get(0)) : Optional.empty();
  }
}
