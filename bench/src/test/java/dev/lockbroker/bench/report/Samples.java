package dev.lockbroker.bench.report;

import dev.lockbroker.bench.workload.Goal;
import dev.lockbroker.bench.workload.Lab;
import dev.lockbroker.bench.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Runs with figures that are easy to follow. */
final class Samples {
  private Samples() {}

  /** Ascending durations: the median is {@code micros}, the greatest ten times as long. */
  static long[] around(double micros) {
    long[] nanos = new long[1001];
    for (int i = 0; i < nanos.length; i++) {
      double part = i / 1000.0;
      double factor = part <= 0.5 ? 0.8 + 0.4 * part : 1 + 9 * Math.pow(2 * part - 1, 12);
      nanos[i] = Math.round(1000 * micros * factor);
    }
    return nanos;
  }

  /** Two peers and ourselves; everything {@code factor} times as slow as it might be. */
  static Run run(int number, double factor, boolean quick) {
    Results results = new Results();
    results.addDurations("P1", "etcd", "", "pair", around(600 * factor));
    results.addDurations("P1", "lockbroker", "", "pair", around(100 * factor));
    results.addDurations("P1", "raw-grpc", "", "pair", around(50 * factor));
    for (int waiters : new int[] {10, 1000}) {
      String variant = "waiters=" + waiters;
      results.addDurations("P4", "lockbroker", variant, "gap", around(200 * factor));
      results.addFigure("P4", "lockbroker", variant, "memory per waiter", 4.25, "KB");
      results.addFigure("P4", "etcd", variant, "memory per waiter", 8.5, "KB");
      results.addFigure("P4", "lockbroker", variant, "inversions", 0, "");
    }
    results.note("P4", "etcd is asked by | one process");
    results.note("all", "the machine has 2 cores");
    List<Run.Fact> facts =
        List.of(
            new Run.Fact("date", "2026-11-20T1" + number + ":00:00Z"),
            new Run.Fact(Run.QUICK, quick ? "yes" : "no"),
            new Run.Fact("processor", "Example CPU, 2 cores"),
            new Run.Fact(Run.PEER + "etcd", "etcd 3.5, jetcd 0.8"),
            new Run.Fact(Run.MISSING + "zookeeper", "no jar; see docs"));
    return new Run(number, facts, results);
  }

  /** P1 with goals that are met, missed and not measured, and P4. */
  static List<Workload> workloads() {
    return List.of(
        workload(
            "P1",
            "acquire and release",
            new Goal(
                "p50 at most 1.5 × the raw stream",
                results -> ratio(results, "lockbroker", "raw-grpc"),
                Goal.Bound.AT_MOST,
                1.5,
                "×"),
            new Goal(
                "p50 ahead of etcd",
                results -> ratio(results, "lockbroker", "etcd"),
                Goal.Bound.AT_MOST,
                1,
                "×"),
            new Goal(
                "p50 ahead of nobody",
                results -> ratio(results, "lockbroker", "nobody"),
                Goal.Bound.AT_MOST,
                1,
                "×")),
        workload(
            "P4",
            "many waiters",
            new Goal(
                "0 inversions",
                results -> results.quantile("P4", "lockbroker", "waiters=1000", "inversions", 0.5),
                Goal.Bound.AT_MOST,
                0,
                "")));
  }

  private static OptionalDouble ratio(Results results, String one, String other) {
    OptionalDouble dividend = results.quantile("P1", one, "", "pair", 0.5);
    OptionalDouble divisor = results.quantile("P1", other, "", "pair", 0.5);
    return dividend.isPresent() && divisor.isPresent()
        ? OptionalDouble.of(dividend.getAsDouble() / divisor.getAsDouble())
        : OptionalDouble.empty();
  }

  static Workload workload(String id, String title, Goal... goals) {
    return new Workload() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public String title() {
        return title;
      }

      @Override
      public List<Goal> goals() {
        return List.of(goals);
      }

      @Override
      public void measure(Lab lab) {
        throw new UnsupportedOperationException("only for reports");
      }
    };
  }

  /** As many peers as there will ever be, with everything that is drawn. */
  static Run crowded(int number) {
    List<String> peers =
        new ArrayList<>(
            List.of(
                "lockbroker",
                "lockbroker-direct",
                "in-process",
                "fcntl",
                "lock-file-backoff",
                "lock-file-100ms",
                "redis-plain",
                "redisson",
                "redisson-fair",
                "etcd-disk",
                "etcd-memory",
                "zookeeper",
                "postgresql",
                "raw-socket",
                "raw-grpc"));
    double[] pairs = {95, 28, 0.08, 1.1, 60, 62, 23, 80, 87, 856, 537, 600, 27, 20, 47};
    double[] gaps = {
      420, 3000, 6, 15, 250_000, 60_000, 120, 1900, 2300, 4500, 4100, 1200, 147, 41, 350
    };
    Results results = new Results();
    for (int i = 0; i < peers.size(); i++) {
      String peer = peers.get(i);
      double factor = 1 + 0.03 * number;
      results.addDurations("P1", peer, "", "pair", around(pairs[i] * factor));
      for (int processes : new int[] {2, 4, 8}) {
        results.addDurations(
            "P3",
            peer,
            "processes=" + processes,
            "gap",
            around(gaps[i] * (0.7 + processes * 0.04)));
      }
      if (i == 0 || i == 11) {
        for (int waiters : new int[] {10, 100, 1000, 10_000}) {
          results.addDurations(
              "P4", peer, "waiters=" + waiters, "gap", around(gaps[i] * (1 + waiters / 20_000.)));
        }
      }
      for (int sessions : new int[] {1, 8, 64}) {
        results.addFigure(
            "P5",
            peer,
            "sessions=" + sessions,
            "grants",
            1e6 / pairs[i] * Math.sqrt(sessions),
            "/s");
      }
    }
    return new Run(
        number,
        List.of(
            new Run.Fact("date", "2026-11-20T10:00:00Z"),
            new Run.Fact(Run.QUICK, "no"),
            new Run.Fact("commit", "0123456789ab"),
            new Run.Fact("JDK", "OpenJDK 64-Bit Server VM 17.0.12"),
            new Run.Fact("file system", "ext4"),
            new Run.Fact("processor", "Example CPU, 2 cores")),
        results);
  }
}
