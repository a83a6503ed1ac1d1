package dev.lockbroker.bench.workload;

import static dev.lockbroker.bench.workload.Ratios.FLOOR;
import static dev.lockbroker.bench.workload.Ratios.MEDIAN;
import static dev.lockbroker.bench.workload.Ratios.P99;

import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.worker.Grant;
import dev.lockbroker.bench.worker.Order;
import dev.lockbroker.bench.worker.WorkerException;
import dev.lockbroker.bench.worker.WorkerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** P3. */
final class HandOff implements Workload {
  private static final String ID = "P3";
  private static final String LOCK = "handoff";
  private static final long MILLIS = 1_000_000;
  private static final long SECTION_NANOS = MILLIS;

  /** Until the last worker has read its order. */
  private static final long LEAD_NANOS = 30 * MILLIS;

  /** All at once would be no order that anybody could keep. */
  private static final long APART_NANOS = 3 * MILLIS;

  /** Those who sleep longest between two looks at a lock file, all after one another. */
  private static final long GRACE_NANOS = 40_000 * MILLIS;

  private static final List<String> FIFO =
      List.of("redisson-fair", "etcd-memory", "etcd-disk", "zookeeper", "postgresql");
  private static final int PROCESSES = 8;
  private static final Ratios.Quantity GAP = new Ratios.Quantity(ID, variant(PROCESSES), "gap");

  private static String variant(int processes) {
    return "processes=" + processes;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String title() {
    return "processes in turn on one lock, 1 ms inside: from release to the next one's entry";
  }

  @Override
  public List<Goal> goals() {
    List<Goal> goals = new ArrayList<>();
    for (String ours : Ratios.WITH_BROKER) {
      String way = Ratios.wayOf(ours);
      goals.add(
          new Goal(
              way
                  + "p50 of the gap at most 1.5 × one release trip + one grant trip of raw gRPC"
                  + " (its gap)",
              Ratios.ratio(GAP, ours, FLOOR, MEDIAN),
              Goal.Bound.AT_MOST,
              1.5,
              "×"));
      goals.add(ahead(ours, way + "p50", MEDIAN));
      goals.add(ahead(ours, way + "p99", P99));
      goals.add(inOrder(ours, way + "nobody enters before an older ticket", HandOffs.OUT_OF_PLACE));
      goals.add(
          inOrder(ours, way + "nobody enters before who asked 1 ms earlier", HandOffs.INVERSIONS));
    }
    return goals;
  }

  private static Goal inOrder(String ours, String text, String quantity) {
    return new Goal(
        text,
        results -> results.quantile(ID, ours, variant(PROCESSES), quantity, MEDIAN),
        Goal.Bound.AT_MOST,
        0,
        "");
  }

  private static Goal ahead(String ours, String name, double part) {
    return new Goal(
        name + " of the gap ahead of the best peer that serves in order",
        Ratios.toBestOf(GAP, ours, FIFO, part),
        Goal.Bound.AT_MOST,
        1,
        "×");
  }

  @Override
  public void measure(Lab lab) throws Exception {
    int most = lab.isQuick() ? 2 : PROCESSES;
    List<Integer> fewer = lab.isQuick() ? List.of() : List.of(2, 4);
    try (Field field =
        Field.start(lab, ID, lab.peers(), peer -> peer.isAcrossProcesses() ? most : 1)) {
      // Eight JVMs and a server have to compile the same code, on the same processors.
      long warmNanos = (lab.isQuick() ? 100 : 6_000) * MILLIS;
      field.round(entrant -> contend(entrant, most, warmNanos, 0));
      for (int processes : fewer) {
        rounds(lab, field, processes, 1);
      }
      rounds(lab, field, most, lab.isQuick() ? 1 : 4);
    }
  }

  private void rounds(Lab lab, Field field, int processes, int rounds) throws InterruptedException {
    long roundNanos = (lab.isQuick() ? 200 : 1_000) * MILLIS;
    Map<String, HandOffs> all = new HashMap<>();
    for (int i = 0; i < rounds; i++) {
      field.round(
          entrant -> {
            Round round = contend(entrant, processes, roundNanos, SECTION_NANOS);
            all.computeIfAbsent(entrant.id(), unused -> new HandOffs())
                .add(GrantLog.of(round.grants()), round.untilNanos());
          });
    }
    for (Entrant entrant : field.entrants()) {
      HandOffs measured = all.get(entrant.id());
      if (measured != null) {
        measured.report(lab.results(), ID, entrant.id(), variant(processes));
      }
    }
  }

  private record Round(List<Grant> grants, long untilNanos) {}

  private static Round contend(
      Entrant entrant, int processes, long durationNanos, long sectionNanos)
      throws IOException, WorkerException, InterruptedException {
    Peer peer = entrant.peer();
    // Where processes are not kept apart, threads of one stand for them.
    int workers = peer.isAcrossProcesses() ? processes : 1;
    int threads = processes / workers;
    long start = System.nanoTime() + LEAD_NANOS;
    long until = start + durationNanos;
    List<WorkerProcess> asking = entrant.workers(workers);
    for (int i = 0; i < workers; i++) {
      asking
          .get(i)
          .send(Order.contend(LOCK, threads, start + i * APART_NANOS, until, sectionNanos));
    }
    for (WorkerProcess worker : asking) {
      worker.await(LEAD_NANOS + durationNanos + GRACE_NANOS);
    }
    List<Grant> grants = new ArrayList<>();
    int firstAsker = 0;
    for (WorkerProcess worker : asking) {
      grants.addAll(Grant.parse(worker.samples(), firstAsker));
      firstAsker += threads;
    }
    return new Round(grants, until);
  }
}
