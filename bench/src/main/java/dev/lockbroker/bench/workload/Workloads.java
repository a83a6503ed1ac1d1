package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.micro.JournalGrowth;
import java.util.List;

/** All workloads, in the order of the table. */
public final class Workloads {
  private Workloads() {}

  /** P1 to P9. */
  public static List<Workload> all() {
    return List.of(
        new BrokerPair(),
        new DirectPair(),
        new HandOff(),
        new LongQueue(),
        new ManyRepositories(),
        new HolderKilled(),
        new AtRest(),
        new RealGit(),
        new JournalGrowth());
  }
}
