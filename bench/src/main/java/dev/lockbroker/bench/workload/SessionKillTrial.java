package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.process.Child;
import dev.lockbroker.bench.process.Children;
import dev.lockbroker.bench.process.SessionWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** By a peer's client: the waiter is one process for all samples, each holder a new one. */
final class SessionKillTrial implements KillTrial {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Children children;
  private final Path dist;
  private final Peer peer;
  private final String address;
  private final String lock;
  private @Nullable Child waiter;

  SessionKillTrial(Children children, Path dist, Peer peer, String address, String lock) {
    this.children = children;
    this.dist = dist;
    this.peer = peer;
    this.address = address;
    this.lock = lock;
  }

  @Override
  public long gapNanos(Duration waits, Duration bound) throws IOException, InterruptedException {
    Child holder = worker();
    try {
      Child asking = waiter;
      if (asking == null) {
        asking = worker();
        waiter = asking;
        // Once, so that what it does first is not measured.
        asking.say("lock " + lock);
        asking.expect("asking", PATIENCE);
        asking.expect("entered", PATIENCE);
        asking.say("unlock " + lock);
        asking.expect("left", PATIENCE);
      }
      holder.say("lock " + lock);
      holder.expect("asking", PATIENCE);
      holder.expect("entered", PATIENCE);
      asking.say("lock " + lock);
      asking.expect("asking", PATIENCE);
      Thread.sleep(waits.toMillis());
      if (asking.hasSaidMore()) {
        throw new IOException("the waiter did not wait: " + asking.next(Duration.ZERO));
      }
      long killedNanos = System.nanoTime();
      holder.kill();
      Child.Said entered = asking.next(bound);
      if (entered == null) {
        throw new IOException("the waiter has not entered " + bound.toSeconds() + " s later");
      }
      asking.say("unlock " + lock);
      asking.expect("left", PATIENCE);
      return entered.number(1) - killedNanos;
    } finally {
      children.end(holder);
    }
  }

  private Child worker() throws IOException, InterruptedException {
    Child worker = children.java(SessionWorker.class, dist, peer.id(), address);
    worker.expect("ready", PATIENCE);
    return worker;
  }

  @Override
  public void close() {
    Child last = waiter;
    if (last != null) {
      children.end(last);
    }
  }
}
