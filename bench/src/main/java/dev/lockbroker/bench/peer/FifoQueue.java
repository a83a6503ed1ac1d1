package dev.lockbroker.bench.peer;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Who holds one lock, the first, and who waits for it: all that the servers of the raw peers know.
 * Thread-safe; whoever calls tells the others.
 */
final class FifoQueue<W> {
  private final ArrayDeque<W> queue = new ArrayDeque<>();

  /** By name, made when they are first asked for. */
  static final class Names<W> {
    private final ConcurrentMap<String, FifoQueue<W>> queues = new ConcurrentHashMap<>();

    FifoQueue<W> get(String name) {
      return queues.computeIfAbsent(name, unused -> new FifoQueue<>());
    }
  }

  /** Whether it holds the lock now; else it is told by whoever leaves before it. */
  synchronized boolean join(W who) {
    queue.addLast(who);
    return queue.size() == 1;
  }

  /**
   * Gives back, or stops waiting. Returns who holds it now and is to be told; null if nobody is.
   */
  synchronized @Nullable W leave(W who) {
    boolean isHolder = queue.peekFirst() == who;
    queue.remove(who);
    return isHolder ? queue.peekFirst() : null;
  }
}
