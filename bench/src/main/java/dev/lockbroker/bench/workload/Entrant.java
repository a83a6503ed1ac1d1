package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.peer.Service;
import dev.lockbroker.bench.worker.Order;
import dev.lockbroker.bench.worker.WorkerException;
import dev.lockbroker.bench.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A peer in one workload: its server and its workers. Used by one thread at a time. */
final class Entrant implements AutoCloseable {
  private final Peer peer;
  private final Service service;
  private final List<WorkerProcess> workers = new ArrayList<>();
  private boolean closed;

  private Entrant(Peer peer, Service service) {
    this.peer = peer;
    this.service = service;
  }

  /** Returns when server and workers are ready; nothing is left of it if that fails. */
  static Entrant start(Peer peer, Lab lab, Path folder, int workers)
      throws IOException, WorkerException, InterruptedException {
    Path server = folder.resolve("s");
    Files.createDirectories(server);
    Entrant entrant = new Entrant(peer, peer.start(server));
    boolean ready = false;
    try {
      entrant.addWorkers(lab, folder, workers);
      ready = true;
      return entrant;
    } finally {
      if (!ready) {
        entrant.close();
      }
    }
  }

  private void addWorkers(Lab lab, Path folder, int count)
      throws IOException, WorkerException, InterruptedException {
    for (int i = 0; i < count; i++) {
      Path its = folder.resolve(Integer.toString(i));
      workers.add(WorkerProcess.start(peer, lab.dist(), service.address(), its, lab.isQuick()));
    }
    for (WorkerProcess worker : workers) {
      worker.awaitReady();
    }
  }

  String id() {
    return peer.id();
  }

  Peer peer() {
    return peer;
  }

  /** Its workers, or the first few of them. */
  List<WorkerProcess> workers(int count) {
    return workers.subList(0, count);
  }

  List<WorkerProcess> workers() {
    return List.copyOf(workers);
  }

  WorkerProcess first() {
    return workers.get(0);
  }

  Service service() {
    return service;
  }

  /** The same to each of the first few, at once; returns when all have carried it out. */
  void together(int count, Order order, long limitNanos)
      throws WorkerException, InterruptedException {
    for (WorkerProcess worker : workers(count)) {
      worker.send(order);
    }
    for (WorkerProcess worker : workers(count)) {
      worker.await(limitNanos);
    }
  }

  /** Idempotent; on any thread, as when the runner is interrupted. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (WorkerProcess worker : workers) {
      worker.close();
    }
    service.close();
  }
}
