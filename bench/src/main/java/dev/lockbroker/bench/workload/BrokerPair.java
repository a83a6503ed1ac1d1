package dev.lockbroker.bench.workload;

import static dev.lockbroker.bench.workload.Ratios.FLOOR;
import static dev.lockbroker.bench.workload.Ratios.MEDIAN;
import static dev.lockbroker.bench.workload.Ratios.P99;

import java.util.ArrayList;
import java.util.List;

/** P1. */
final class BrokerPair implements Workload {
  private static final String ID = "P1";
  private static final Ratios.Quantity PAIR = new Ratios.Quantity(ID, "", PairRounds.QUANTITY);
  private static final List<String> RIVALS =
      List.of("redisson", "redisson-fair", "etcd-memory", "etcd-disk", "zookeeper");

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String title() {
    return "acquire and release, uncontended, one warm client";
  }

  @Override
  public List<Goal> goals() {
    List<Goal> goals = new ArrayList<>();
    for (String ours : Ratios.WITH_BROKER) {
      String way = Ratios.wayOf(ours);
      goals.add(
          new Goal(
              way + "p50 at most 1.5 × two round trips of the raw gRPC stream (its pair)",
              Ratios.ratio(PAIR, ours, FLOOR, MEDIAN),
              Goal.Bound.AT_MOST,
              1.5,
              "×"));
      goals.add(ahead(ours, way + "p50", MEDIAN));
      goals.add(ahead(ours, way + "p99", P99));
    }
    return goals;
  }

  private static Goal ahead(String ours, String name, double part) {
    return new Goal(
        name + " ahead of the best of Redisson's locks, etcd and ZooKeeper",
        Ratios.toBestOf(PAIR, ours, RIVALS, part),
        Goal.Bound.AT_MOST,
        1,
        "×");
  }

  @Override
  public void measure(Lab lab) throws Exception {
    PairRounds.measure(lab, ID, lab.peers());
  }
}
