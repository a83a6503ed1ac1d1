package dev.lockbroker.client;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Tells agents what was decided, in the order of deciding: an older word must never come after a
 * newer one. Thread-safe; nothing is told inside its monitor.
 */
final class Teller {
  private final Deque<Runnable> news = new ArrayDeque<>();
  private boolean telling;

  /** Notes a word to be told. */
  synchronized void note(Runnable word) {
    news.add(word);
  }

  /** Tells what is noted. One thread at a time does it, also for the others. */
  void tell() {
    for (Runnable next = begin(); next != null; next = begin()) {
      try {
        next.run();
      } finally {
        end();
      }
    }
  }

  private synchronized @Nullable Runnable begin() {
    Runnable next = telling ? null : news.poll();
    telling |= next != null;
    return next;
  }

  private synchronized void end() {
    telling = false;
  }
}
