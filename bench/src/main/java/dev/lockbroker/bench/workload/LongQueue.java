package dev.lockbroker.bench.workload;

import static dev.lockbroker.bench.workload.Ratios.DIRECT;
import static dev.lockbroker.bench.workload.Ratios.FLOOR;
import static dev.lockbroker.bench.workload.Ratios.MEDIAN;
import static dev.lockbroker.bench.workload.Ratios.OURS;

import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.worker.Grant;
import dev.lockbroker.bench.worker.Order;
import dev.lockbroker.bench.worker.WorkerException;
import dev.lockbroker.bench.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * P4. Always equally many wait: whoever is granted gives back at once and asks again, so that the
 * same is done for each hand-off however long the queue.
 */
final class LongQueue implements Workload {
  private static final String ID = "P4";
  private static final String LOCK = "queue";
  private static final String WARM_LOCK = "warm";
  private static final long MILLIS = 1_000_000;

  private static final int FEW = 10;
  private static final int MANY = 10_000;

  /** Lining up thousands, on a machine that is busy. */
  private static final long GRACE_NANOS = 90_000 * MILLIS;

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String title() {
    return "very many waiters on one lock: from release to the next one's entry, and their memory";
  }

  private static String variant(int waiters) {
    return "waiters=" + waiters;
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        new Goal(
            "p50 of the gap with 10,000 waiters at most 1.5 × that with 10",
            results ->
                Ratios.divide(
                    results.quantile(ID, OURS, variant(MANY), "gap", MEDIAN),
                    results.quantile(ID, OURS, variant(FEW), "gap", MEDIAN)),
            Goal.Bound.AT_MOST,
            1.5,
            "×"),
        new Goal(
            "nobody is overtaken",
            results ->
                results.series().stream()
                    .filter(one -> one.workload().equals(ID) && one.peer().equals(OURS))
                    .filter(one -> one.quantity().equals("inversions"))
                    .mapToDouble(one -> one.quantiles().get(0))
                    .max(),
            Goal.Bound.AT_MOST,
            0,
            ""));
  }

  @Override
  public void measure(Lab lab) throws Exception {
    for (Peer peer : lab.peers()) {
      for (int waiters : waiters(peer.id(), lab.isQuick())) {
        Path folder = lab.folder().resolve(Integer.toString(waiters));
        Lab here = new Lab(folder, lab.dist(), lab.peers(), lab.isQuick(), lab.results());
        // A server and clients of its own, so that memory shows these waiters and no others.
        // One more process is the holder while they line up.
        int processes = lab.isQuick() ? 2 : 5;
        try (Field field = Field.start(here, ID, List.of(peer), unused -> processes)) {
          field.round(entrant -> measure(here, entrant, waiters));
        }
      }
    }
    lab.results()
        .note(
            ID,
            "of the peers only the floors: a waiter of the others costs a connection and threads;"
                + " P3 has them with 8");
  }

  private static List<Integer> waiters(String peer, boolean isQuick) {
    return switch (peer) {
      case OURS -> isQuick ? List.of(FEW, 100) : List.of(FEW, 1_000, MANY);
      case DIRECT, FLOOR -> isQuick ? List.of(FEW) : List.of(FEW, 1_000);
      case "raw-socket" -> isQuick ? List.of() : List.of(FEW, 1_000);
      default -> List.of();
    };
  }

  private static boolean isOurs(Entrant entrant) {
    return entrant.id().equals(OURS) || entrant.id().equals(DIRECT);
  }

  private static void measure(Lab lab, Entrant entrant, int waiters)
      throws IOException, WorkerException, InterruptedException {
    long warmNanos = (lab.isQuick() ? 100 : 2_000) * MILLIS;
    long roundNanos = (lab.isQuick() ? 500 : 3_000) * MILLIS;
    if (!isOurs(entrant)) {
      threads(entrant, WARM_LOCK, FEW, warmNanos);
      report(lab, entrant, waiters, threads(entrant, LOCK, waiters, roundNanos));
      return;
    }
    run(entrant, WARM_LOCK, FEW, warmNanos);
    Queue queue = run(entrant, LOCK, waiters, roundNanos);
    report(lab, entrant, waiters, queue);
    // Ten are lost in what else changes while they line up.
    if (waiters > FEW) {
      double clients = queue.clientsKibibytes() / (double) waiters;
      lab.results()
          .addFigure(ID, entrant.id(), variant(waiters), "memory in clients", clients, "KB");
      if (entrant.service().pids().length > 0) {
        double broker = queue.serverKibibytes() / (double) waiters;
        lab.results()
            .addFigure(ID, entrant.id(), variant(waiters), "memory in broker", broker, "KB");
      }
    }
  }

  private static void report(Lab lab, Entrant entrant, int waiters, Queue queue) {
    GrantLog log = GrantLog.of(queue.grants());
    long[] gaps = log.gaps(queue.untilNanos());
    if (gaps.length == 0) {
      lab.results().note(ID, entrant.id() + " handed nothing over with " + waiters + " waiters");
      return;
    }
    lab.results().addDurations(ID, entrant.id(), variant(waiters), "gap", gaps);
    lab.results().addFigure(ID, entrant.id(), variant(waiters), "overlaps", log.overlaps(), "");
    if (isOurs(entrant)) {
      int inversions = log.outOfPlace() + log.outOfOrderOfAsking();
      lab.results().addFigure(ID, entrant.id(), variant(waiters), "inversions", inversions, "");
    }
  }

  private record Queue(
      List<Grant> grants, long untilNanos, long clientsKibibytes, long serverKibibytes) {}

  /** Requests of ours, without a thread for each. */
  private static Queue run(Entrant entrant, String lock, int waiters, long durationNanos)
      throws IOException, WorkerException, InterruptedException {
    WorkerProcess holder = entrant.first();
    List<WorkerProcess> workers = askers(entrant);
    holder.carryOut(Order.hold(lock), GRACE_NANOS);
    long clientsBefore = Resident.kibibytes(pids(workers));
    long serverBefore = Resident.kibibytes(entrant.service().pids());
    for (int i = 0; i < workers.size(); i++) {
      workers.get(i).send(Order.ask(lock, share(waiters, workers.size(), i)));
    }
    awaitAll(workers, GRACE_NANOS);
    long clients = Resident.kibibytes(pids(workers)) - clientsBefore;
    long server = Resident.kibibytes(entrant.service().pids()) - serverBefore;
    holder.carryOut(Order.free(), GRACE_NANOS);
    long until = System.nanoTime() + durationNanos;
    for (WorkerProcess worker : workers) {
      worker.send(Order.stopAsking(until));
    }
    awaitAll(workers, durationNanos + GRACE_NANOS);
    return new Queue(grants(workers), until, clients, server);
  }

  /** A thread and a session for each waiter. */
  private static Queue threads(Entrant entrant, String lock, int waiters, long durationNanos)
      throws IOException, WorkerException, InterruptedException {
    WorkerProcess holder = entrant.first();
    List<WorkerProcess> workers = askers(entrant);
    for (WorkerProcess worker : workers) {
      worker.send(Order.open(share(waiters, workers.size(), 0)));
    }
    awaitAll(workers, GRACE_NANOS);
    holder.carryOut(Order.hold(lock), GRACE_NANOS);
    long start = System.nanoTime();
    long settled = start + (200 + waiters) * MILLIS;
    long until = settled + durationNanos;
    for (int i = 0; i < workers.size(); i++) {
      int threads = share(waiters, workers.size(), i);
      workers.get(i).send(Order.contend(lock, threads, start, until, 0));
    }
    Thread.sleep(200 + waiters);
    holder.carryOut(Order.free(), GRACE_NANOS);
    awaitAll(workers, durationNanos + GRACE_NANOS);
    return new Queue(grants(workers), until, 0, 0);
  }

  /** All but the holder. */
  private static List<WorkerProcess> askers(Entrant entrant) {
    return entrant.workers().subList(1, entrant.workers().size());
  }

  private static int share(int waiters, int processes, int process) {
    return waiters / processes + (process < waiters % processes ? 1 : 0);
  }

  private static void awaitAll(List<WorkerProcess> workers, long limitNanos)
      throws WorkerException, InterruptedException {
    for (WorkerProcess worker : workers) {
      worker.await(limitNanos);
    }
  }

  private static long[] pids(List<WorkerProcess> workers) {
    return workers.stream().mapToLong(WorkerProcess::pid).toArray();
  }

  private static List<Grant> grants(List<WorkerProcess> workers) throws IOException {
    List<Grant> grants = new ArrayList<>();
    for (int i = 0; i < workers.size(); i++) {
      grants.addAll(Grant.parse(workers.get(i).samples(), (long) i * MANY));
    }
    return grants;
  }
}
