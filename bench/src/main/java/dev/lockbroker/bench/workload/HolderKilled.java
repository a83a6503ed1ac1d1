package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.process.Children;
import dev.lockbroker.bench.process.Surroundings;
import java.util.List;

/**
 * P6. What is bound to a connection or a process is measured in rotation; leases that have to lapse
 * are waited for all at once afterwards, because that takes half a minute each.
 */
public final class HolderKilled implements Workload {
  static final String ID = "P6";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String title() {
    return "a holder is killed with SIGKILL while one process waits: from the signal to its entry";
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        goal("by default: p50 at most 10 ms with a broker", Ratios.AUTO, 10_000),
        goal("all through the broker: p50 at most 10 ms", Ratios.OURS, 10_000),
        goal("p50 at most 100 ms direct", Ratios.DIRECT, 100_000));
  }

  private static Goal goal(String text, String peer, double limit) {
    return new Goal(
        text,
        results -> results.quantile(ID, peer, "", KillEntrant.GAP, 0.5),
        Goal.Bound.AT_MOST,
        limit,
        "µs");
  }

  @Override
  public void measure(Lab lab) throws Exception {
    try (Children children = new Children(Surroundings.in(lab.folder(), !lab.isQuick()));
        Services services = new Services()) {
      new KillRounds(lab, children, services).measure();
    }
  }
}
