package dev.lockbroker.bench.workload;

import static dev.lockbroker.bench.workload.Ratios.DIRECT;
import static dev.lockbroker.bench.workload.Ratios.FLOOR;
import static dev.lockbroker.bench.workload.Ratios.MEDIAN;
import static dev.lockbroker.bench.workload.Ratios.OURS;

import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.worker.Order;
import dev.lockbroker.bench.worker.WorkerException;
import dev.lockbroker.bench.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** P5. */
final class ManyRepositories implements Workload {
  private static final String ID = "P5";
  private static final String LOCK = "repository-";
  private static final String CROWDED = "crowded";
  private static final long MILLIS = 1_000_000;
  private static final int MOST = 64;

  /** Until the last worker has read its order and the last thread has started. */
  private static final long LEAD_NANOS = 50 * MILLIS;

  /** Opening many sessions of a heavy client; letting the last waiters of a queue through. */
  private static final long GRACE_NANOS = 60_000 * MILLIS;

  private static final Set<String> PEERS =
      Set.of(
          OURS,
          Ratios.AUTO,
          DIRECT,
          FLOOR,
          "raw-socket",
          "redis-plain",
          "redisson",
          "postgresql",
          "etcd-memory",
          "zookeeper");
  private static final String THROUGHPUT = "throughput";
  private static final String SLOWEST = "slowest repository ÷ median";
  private static final String BESIDE = "throughput beside a queue ÷ without it";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String title() {
    return "sessions that each lock a repository of their own: grants per second of all together";
  }

  private static String variant(int sessions) {
    return "sessions=" + sessions;
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        rate(Ratios.AUTO),
        rate(OURS),
        new Goal(
            "all through the broker: 64 sessions: the slowest repository has at least half of the median one's grants",
            results -> results.quantile(ID, OURS, variant(MOST), SLOWEST, MEDIAN),
            Goal.Bound.AT_LEAST,
            0.5,
            "×"),
        new Goal(
            "all through the broker: 64 sessions beside a repository with a slow holder and 50 waiters: throughput at"
                + " least 0.9 × that without it",
            results -> results.quantile(ID, OURS, variant(MOST), BESIDE, MEDIAN),
            Goal.Bound.AT_LEAST,
            0.9,
            "×"));
  }

  private static Goal rate(String ours) {
    return new Goal(
        Ratios.wayOf(ours)
            + "64 sessions: grants per second at least 0.8 × those of the raw gRPC stream",
        Ratios.ratio(new Ratios.Quantity(ID, variant(MOST), THROUGHPUT), ours, FLOOR, MEDIAN),
        Goal.Bound.AT_LEAST,
        0.8,
        "×");
  }

  @Override
  public void measure(Lab lab) throws Exception {
    List<Integer> sizes = lab.isQuick() ? List.of(1, 4) : List.of(1, 4, 16, MOST);
    int most = sizes.get(sizes.size() - 1);
    int processes = lab.isQuick() ? 1 : 4;
    List<Peer> peers = lab.peers().stream().filter(peer -> PEERS.contains(peer.id())).toList();
    try (Field field = Field.start(lab, ID, peers, unused -> processes)) {
      field.round(
          entrant -> entrant.together(processes, Order.open(most / processes), GRACE_NANOS));
      for (int sessions : sizes) {
        rounds(lab, field, sessions, Math.min(processes, sessions));
      }
    }
    // When the others have ended: a machine has no room for so many threads.
    Path folder = lab.folder().resolve("beside");
    Lab here = new Lab(folder, lab.dist(), lab.peers(), lab.isQuick(), lab.results());
    List<Peer> ours = peers.stream().filter(peer -> peer.id().equals(OURS)).toList();
    try (Field field = Field.start(here, ID, ours, unused -> processes + 1)) {
      field.round(
          entrant -> {
            entrant.together(processes, Order.open(most / processes), GRACE_NANOS);
            Streams unused = stream(entrant, most, processes, warmNanos(lab));
            besideAQueue(lab, entrant, most, processes);
          });
    }
  }

  private static long warmNanos(Lab lab) {
    return (lab.isQuick() ? 100 : 2_000) * MILLIS;
  }

  private static void rounds(Lab lab, Field field, int sessions, int processes)
      throws InterruptedException {
    long warmNanos = warmNanos(lab);
    // The goal is at the most; the others are for the curve.
    long roundNanos = (lab.isQuick() ? 200 : sessions == MOST ? 1_500 : 750) * MILLIS;
    int rounds = lab.isQuick() ? 1 : 2;
    field.round(entrant -> stream(entrant, sessions, processes, warmNanos));
    Map<String, Streams> all = new HashMap<>();
    for (int i = 0; i < rounds; i++) {
      field.round(
          entrant ->
              all.computeIfAbsent(entrant.id(), unused -> new Streams())
                  .add(stream(entrant, sessions, processes, roundNanos)));
    }
    double seconds = rounds * (roundNanos / 1e9);
    for (Entrant entrant : field.entrants()) {
      Streams streams = all.get(entrant.id());
      if (streams == null || streams.pairs().length == 0) {
        continue;
      }
      String variant = variant(sessions);
      double perSecond = streams.pairs().length / seconds;
      lab.results().addFigure(ID, entrant.id(), variant, THROUGHPUT, perSecond, "/s");
      lab.results().addDurations(ID, entrant.id(), variant, "pair", streams.pairs());
      if (sessions > 1) {
        lab.results().addFigure(ID, entrant.id(), variant, SLOWEST, streams.slowestToMedian(), "×");
      }
    }
  }

  private static Streams stream(Entrant entrant, int sessions, int processes, long durationNanos)
      throws IOException, WorkerException, InterruptedException {
    long start = System.nanoTime() + LEAD_NANOS;
    return stream(entrant, sessions, processes, start, start + durationNanos);
  }

  private static Streams stream(
      Entrant entrant, int sessions, int processes, long start, long until)
      throws IOException, WorkerException, InterruptedException {
    int each = sessions / processes;
    List<WorkerProcess> workers = entrant.workers(processes);
    for (int i = 0; i < workers.size(); i++) {
      workers.get(i).send(Order.stream(LOCK, i * each, each, start, until));
    }
    Streams streams = new Streams();
    for (int i = 0; i < workers.size(); i++) {
      workers.get(i).await(until - System.nanoTime() + GRACE_NANOS);
      streams.add(i * each, workers.get(i).samples());
    }
    return streams;
  }

  /** In turns, since other things happen on the machine: with a queue elsewhere and without. */
  private static void besideAQueue(Lab lab, Entrant entrant, int sessions, int processes)
      throws IOException, WorkerException, InterruptedException {
    long roundNanos = (lab.isQuick() ? 200 : 1_000) * MILLIS;
    int inQueue = lab.isQuick() ? 6 : 51;
    int rounds = lab.isQuick() ? 1 : 4;
    WorkerProcess crowd = entrant.workers().get(processes);
    crowd.carryOut(Order.open(inQueue), GRACE_NANOS);
    long alone = 0;
    long beside = 0;
    for (int i = 0; i < rounds; i++) {
      alone += stream(entrant, sessions, processes, roundNanos).pairs().length;
      long now = System.nanoTime();
      // The queue is there before, and until after, what is measured.
      long start = now + 500 * MILLIS;
      long until = start + roundNanos;
      crowd.send(Order.contend(CROWDED, inQueue, now, until + LEAD_NANOS, 100 * MILLIS));
      beside += stream(entrant, sessions, processes, start, until).pairs().length;
      crowd.await(GRACE_NANOS);
    }
    double ratio = beside / (double) Math.max(1, alone);
    lab.results().addFigure(ID, entrant.id(), variant(sessions), BESIDE, ratio, "×");
  }
}
