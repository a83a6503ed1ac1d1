package dev.lockbroker.broker;

import dev.lockbroker.proto.v1.Event;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Who watches every repository, and how many watch at all. Safe for use by several threads. */
final class Watchers {
  private final List<Outbox<Event>> ofAll = new CopyOnWriteArrayList<>();
  private final AtomicInteger count = new AtomicInteger();

  /** Takes a place among the watchers; false if all are taken. */
  boolean enter() {
    if (count.incrementAndGet() <= Limits.WATCHERS) {
      return true;
    }
    count.decrementAndGet();
    return false;
  }

  void leave() {
    count.decrementAndGet();
  }

  /** Whether there is any. */
  boolean isAnybody() {
    return count.get() > 0;
  }

  void add(Outbox<Event> watcher) {
    ofAll.add(watcher);
  }

  void remove(Outbox<Event> watcher) {
    ofAll.remove(watcher);
  }

  List<Outbox<Event>> ofAll() {
    return ofAll;
  }
}
