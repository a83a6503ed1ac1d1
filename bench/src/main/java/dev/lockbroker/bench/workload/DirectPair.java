package dev.lockbroker.bench.workload;

import static dev.lockbroker.bench.workload.Ratios.DIRECT;
import static dev.lockbroker.bench.workload.Ratios.MEDIAN;

import dev.lockbroker.bench.peer.Peer;
import java.util.List;
import java.util.Set;

/** P2. Measured on its own, with few peers, so that less else happens. */
final class DirectPair implements Workload {
  private static final String ID = "P2";
  private static final String LOCK_FILE = "lockfile-100ms";
  private static final String POSTGRESQL = "postgresql";
  private static final Set<String> PEERS =
      Set.of(DIRECT, LOCK_FILE, POSTGRESQL, "fcntl", "in-process");
  private static final Ratios.Quantity PAIR = new Ratios.Quantity(ID, "", PairRounds.QUANTITY);

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String title() {
    return "acquire and release, uncontended, without a broker";
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        new Goal(
            "p50 of the pair at most 30 µs",
            results -> PAIR.of(results, DIRECT, MEDIAN),
            Goal.Bound.AT_MOST,
            30,
            "µs"),
        new Goal(
            "creating and deleting a lock file takes at least 5 × as long",
            Ratios.ratio(PAIR, LOCK_FILE, DIRECT, MEDIAN),
            Goal.Bound.AT_LEAST,
            5,
            "×"),
        new Goal(
            "stretch: p50 ahead of PostgreSQL's advisory locks",
            Ratios.ratio(PAIR, DIRECT, POSTGRESQL, MEDIAN),
            Goal.Bound.AT_MOST,
            1,
            "×"));
  }

  @Override
  public void measure(Lab lab) throws Exception {
    List<Peer> peers = lab.peers().stream().filter(peer -> PEERS.contains(peer.id())).toList();
    PairRounds.measure(lab, ID, peers);
  }
}
