package dev.lockbroker.client;

import dev.lockbroker.core.journal.Arbiter;
import java.io.IOException;
import java.nio.file.WatchKey;
import org.jspecify.annotations.Nullable;

/**
 * What wakes this client when somebody else has granted it something in one journal (ADR 29).
 * Guarded by the lock of its {@link DirectJournal}.
 */
final class Bell {
  /** What kept it from being hung may have passed by then. */
  private static final long DEAF_NANOS = 1_000_000_000;

  private final Bells bells;
  private final Arbiter arbiter;
  private final DirectJournal journal;
  private @Nullable WatchKey key;
  private long deafUntilNanos;

  Bell(Bells bells, Arbiter arbiter, DirectJournal journal, long nowNanos) {
    this.bells = bells;
    this.arbiter = arbiter;
    this.journal = journal;
    this.deafUntilNanos = nowNanos;
  }

  boolean hangs() {
    WatchKey current = key;
    return current != null && current.isValid();
  }

  /** Hangs it up if it goes. A grant of the moment before is seen at the next tick. */
  void hang(long nowNanos) {
    if (hangs() || nowNanos - deafUntilNanos < 0) {
      return;
    }
    try {
      key = bells.listen(arbiter.hangBell(), journal);
      if (key == null) {
        arbiter.takeBellDown(); // The client is being closed.
      }
    } catch (IOException e) {
      // Ticks alone must do: a user has so many listeners, and some file systems have none.
      arbiter.takeBellDown();
      deafUntilNanos = nowNanos + DEAF_NANOS;
    }
  }

  void takeDown() {
    WatchKey current = key;
    if (current != null) {
      key = null;
      bells.forget(current);
      arbiter.takeBellDown();
    }
  }
}
