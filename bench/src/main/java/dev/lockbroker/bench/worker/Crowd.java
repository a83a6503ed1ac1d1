package dev.lockbroker.bench.worker;

import dev.lockbroker.bench.peer.Lock;
import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.peer.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

/** Several sessions in this process, a thread for each while they are at work. */
final class Crowd implements AutoCloseable {
  /** More is not needed by any workload; a wrong order must not exhaust the machine. */
  private static final int MOST = 4096;

  private final Peer peer;
  private final String address;
  private final List<Session> sessions = new ArrayList<>();

  Crowd(Peer peer, String address) {
    this.peer = peer;
    this.address = address;
  }

  void open(int count) throws Exception {
    if (count > MOST) {
      throw new IllegalArgumentException("at most " + MOST + " sessions, not " + count);
    }
    while (sessions.size() < count) {
      sessions.add(peer.connect(address));
    }
  }

  Session session(int index) {
    return sessions.get(index);
  }

  /**
   * The critical section takes time but no processor, as if its work were done elsewhere: it is
   * slept through. A busy one would take from the servers half of a small machine. Sleeping is
   * imprecise, which does no harm: the moment of release is looked at when it is over.
   */
  Samples contend(String name, int threads, long startNanos, long untilNanos, long sectionNanos)
      throws Exception {
    return together(
        threads,
        index -> {
          Lock lock = sessions.get(index).lock(name);
          Samples grants = new Samples();
          sleepUntil(startNanos);
          while (System.nanoTime() - untilNanos < 0) {
            long asked = System.nanoTime();
            lock.acquire();
            long entered = System.nanoTime();
            long place = lock.place();
            if (sectionNanos > 0) {
              // When time is over, those who still wait are only let through.
              sleepUntil(Math.min(entered + sectionNanos, untilNanos));
            }
            long released = System.nanoTime();
            lock.release();
            new Grant(index, asked, entered, released, place).addTo(grants);
          }
          return grants;
        });
  }

  Samples stream(String prefix, int first, int threads, long startNanos, long untilNanos)
      throws Exception {
    return together(
        threads,
        index -> {
          Lock lock = sessions.get(index).lock(prefix + (first + index));
          Samples pairs = new Samples();
          sleepUntil(startNanos);
          long now = System.nanoTime();
          do {
            long before = now;
            lock.acquire();
            lock.release();
            now = System.nanoTime();
            // The last one is only in part within the time; one there must be.
            if (now - untilNanos < 0 || pairs.size() == 0) {
              pairs.add(now - before);
            }
          } while (now - untilNanos < 0);
          Samples counted = new Samples();
          counted.add(pairs.size());
          counted.addAll(pairs.toArray());
          return counted;
        });
  }

  private interface Part {
    Samples of(int index) throws Exception;
  }

  private Samples together(int threads, Part part) throws Exception {
    open(threads);
    List<FutureTask<Samples>> tasks = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int index = i;
      Callable<Samples> call = () -> part.of(index);
      FutureTask<Samples> task = new FutureTask<>(call);
      tasks.add(task);
      Thread thread = new Thread(task, "crowd-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    Samples all = new Samples();
    for (FutureTask<Samples> task : tasks) {
      try {
        all.addAll(task.get().toArray());
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
    return all;
  }

  static void sleepUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void close() throws IOException {
    for (Session session : sessions) {
      session.close();
    }
  }
}
