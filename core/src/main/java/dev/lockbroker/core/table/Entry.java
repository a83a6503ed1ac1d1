package dev.lockbroker.core.table;

import dev.lockbroker.core.process.ProcessIdentity;

/**
 * One fact of a journal. Each kind has one place that applies it, reached by {@link #deliverTo}, so
 * that a new kind cannot be forgotten anywhere.
 */
public sealed interface Entry {
  /** The ticket it is about. */
  long ticket();

  /** Calls the handler's method for this kind. */
  void deliverTo(Handler handler);

  /** A request joined the queue ({@code w}). */
  record Waits(
      long ticket,
      RequestId request,
      Claims claims,
      ProcessIdentity client,
      long ttlMillis,
      LeaseKind kind,
      long sinceNanos,
      String label,
      Inside inside)
      implements Entry {
    @Override
    public void deliverTo(Handler handler) {
      handler.waits(this);
    }
  }

  /** A waiting ticket became a lease ({@code g}). */
  record Granted(long ticket, long token, long untilNanos, long sinceNanos) implements Entry {
    @Override
    public void deliverTo(Handler handler) {
      handler.granted(this);
    }
  }

  /** A lease carried over from the journal before ({@code h}), only in a file's second line. */
  record Carried(long ticket, long token, long untilNanos, long sinceNanos) implements Entry {
    @Override
    public void deliverTo(Handler handler) {
      handler.carried(this);
    }
  }

  /** A lease was prolonged ({@code r}). */
  record Refreshed(long ticket, long untilNanos) implements Entry {
    @Override
    public void deliverTo(Handler handler) {
      handler.refreshed(this);
    }
  }

  /** A ticket, waiting or held, is no more ({@code e}). */
  record Ended(long ticket, EndReason reason) implements Entry {
    @Override
    public void deliverTo(Handler handler) {
      handler.ended(this);
    }
  }

  /** What to do for each kind of entry. */
  interface Handler {
    /** {@code w}. */
    void waits(Waits entry);

    /** {@code g}. */
    void granted(Granted entry);

    /** {@code h}. */
    void carried(Carried entry);

    /** {@code r}. */
    void refreshed(Refreshed entry);

    /** {@code e}. */
    void ended(Ended entry);
  }
}
