package dev.lockbroker.bench.worker;

import dev.lockbroker.bench.peer.SdkSession;
import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Very many requests of ours for one lock, in few clients and without a thread for each. Each that
 * is granted is given back at once and asks again, so that always equally many wait.
 */
final class Waiters {
  /** A client's requests: what a broker takes of one session is 256. */
  private static final int REQUESTS_PER_CLIENT = 250;

  /** The broker takes thousands within a second; beyond this, something hangs. */
  private static final long QUEUE_SECONDS = 60;

  private final Crowd crowd;
  private @Nullable Round round;

  Waiters(Crowd crowd) {
    this.crowd = crowd;
  }

  /** One after the other in each client; returns when all of them are in the queue. */
  void ask(String name, int requests) throws Exception {
    Round asking = new Round();
    round = asking;
    CountDownLatch queued = new CountDownLatch(requests);
    // The first session may be the one that holds the lock meanwhile.
    int index = 1;
    for (int left = requests; left > 0; left -= REQUESTS_PER_CLIENT) {
      crowd.open(index + 1);
      if (!(crowd.session(index) instanceof SdkSession session)) {
        throw new IllegalArgumentException("only our own requests wait without a thread");
      }
      Client client = new Client(asking, index, session.client(), session.repository(name));
      asking.clients.add(client);
      for (int i = Math.min(left, REQUESTS_PER_CLIENT); i > 0; i--) {
        client.ask(queued);
      }
      index++;
    }
    boolean done = queued.await(QUEUE_SECONDS, TimeUnit.SECONDS);
    asking.check();
    if (!done) {
      throw new IllegalStateException(
          queued.getCount() + " of " + requests + " requests are not in the queue");
    }
  }

  /** What was granted until then. Those who still wait leave as they are granted. */
  Samples stop(long untilNanos) {
    Round asking = round;
    if (asking == null) {
      throw new IllegalStateException("nobody has asked");
    }
    Crowd.sleepUntil(untilNanos);
    asking.asks = false;
    asking.check();
    Samples all = new Samples();
    for (Client client : asking.clients) {
      all.addAll(client.grants());
    }
    return all;
  }

  /** From one order to ask to the order to stop. */
  private static final class Round {
    private final List<Client> clients = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean asks = true;

    void check() {
      Throwable failed = failure.get();
      if (failed != null) {
        throw new IllegalStateException("a request failed: " + failed, failed);
      }
    }
  }

  private static final class Client {
    private final Round round;
    private final int index;
    private final LockClient client;
    private final LockRequest request;
    private final Samples grants = new Samples();

    Client(Round round, int index, LockClient client, Path repository) {
      this.round = round;
      this.index = index;
      this.client = client;
      this.request = LockRequest.exclusive(repository);
    }

    void ask(@Nullable CountDownLatch queued) {
      // Requests of one owner would enter each other's lease.
      LockRequest asked = request.owner(new Object());
      if (queued != null) {
        // Told once at least, and again whenever the queue moves.
        asked = asked.onQueued(new Once(queued)::told);
      }
      long askedNanos = System.nanoTime();
      CompletableFuture<?> unused =
          client
              .acquireAsync(asked)
              .whenComplete((lease, error) -> granted(lease, error, askedNanos));
    }

    private void granted(@Nullable Lease lease, @Nullable Throwable error, long askedNanos) {
      long entered = System.nanoTime();
      if (lease == null) {
        round.failure.compareAndSet(null, error);
        return;
      }
      long place = lease.ticket();
      long released = System.nanoTime();
      lease.close();
      synchronized (grants) {
        new Grant(index, askedNanos, entered, released, place).addTo(grants);
      }
      if (round.asks) {
        ask(null);
      }
    }

    long[] grants() {
      synchronized (grants) {
        return grants.toArray();
      }
    }
  }
}
