package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.worker.WorkerException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToIntFunction;

/**
 * All entrants of one workload, alive at once; one works at a time, in rotation, so that whatever
 * else happens on the machine happens to all. Who fails is noted and takes no further part.
 */
final class Field implements AutoCloseable {
  /** Starting is mostly waiting, but JVMs need a processor. */
  private static final int STARTS_AT_ONCE = 3;

  private final Lab lab;
  private final String workload;
  private final List<Entrant> entrants = new CopyOnWriteArrayList<>();
  private final List<Entrant> all = new CopyOnWriteArrayList<>();
  private boolean backwards;

  private Field(Lab lab, String workload) {
    this.lab = lab;
    this.workload = workload;
  }

  /** What is done with one entrant in its turn. */
  interface Turn {
    void of(Entrant entrant) throws IOException, WorkerException, InterruptedException;
  }

  /** Starts them, each with so many workers, in the lab's folder. */
  static Field start(Lab lab, String workload, List<Peer> peers, ToIntFunction<Peer> workers)
      throws InterruptedException {
    Field field = new Field(lab, workload);
    boolean started = false;
    try {
      field.startAll(peers, workers);
      started = true;
      return field;
    } finally {
      if (!started) {
        field.close();
      }
    }
  }

  private void startAll(List<Peer> peers, ToIntFunction<Peer> workers) throws InterruptedException {
    ExecutorService starters = Executors.newFixedThreadPool(STARTS_AT_ONCE);
    try {
      List<Future<Entrant>> starting = new ArrayList<>();
      for (Peer peer : peers) {
        starting.add(
            starters.submit(
                () -> {
                  Entrant entrant =
                      Entrant.start(
                          peer, lab, lab.folder().resolve(peer.id()), workers.applyAsInt(peer));
                  all.add(entrant);
                  return entrant;
                }));
      }
      for (int i = 0; i < peers.size(); i++) {
        try {
          entrants.add(starting.get(i).get());
        } catch (ExecutionException e) {
          Throwable cause = e.getCause();
          note(peers.get(i).id(), cause != null ? cause : e);
        }
      }
    } finally {
      starters.shutdownNow();
    }
  }

  /** One turn for each that still takes part; in the other direction each time. */
  void round(Turn turn) throws InterruptedException {
    List<Entrant> order = new ArrayList<>(entrants);
    if (backwards) {
      Collections.reverse(order);
    }
    backwards = !backwards;
    for (Entrant entrant : order) {
      try {
        turn.of(entrant);
      } catch (IOException | WorkerException e) {
        note(entrant.id(), e);
        entrants.remove(entrant);
        entrant.close();
      }
    }
  }

  private void note(String peer, Throwable why) {
    lab.results()
        .note(
            workload,
            peer
                + " was not measured to the end: "
                + (why instanceof WorkerException ? why.getMessage() : why));
  }

  /** Those that have not failed, in the order of the table. */
  List<Entrant> entrants() {
    return List.copyOf(entrants);
  }

  /** Ends all servers and workers. They also end when this process does, in whichever way. */
  @Override
  public void close() {
    for (Entrant entrant : all) {
      entrant.close();
    }
  }
}
