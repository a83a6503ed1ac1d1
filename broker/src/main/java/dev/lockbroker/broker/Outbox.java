package dev.lockbroker.broker;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is to be sent on one stream. Safe for use by several threads: it is its own lock.
 *
 * <p>Messages go out at once while the other side reads; else they wait here, up to a limit, beyond
 * which the stream is closed with {@code RESOURCE_EXHAUSTED}. News of which only the latest counts
 * ({@link #sendLatest}) replace each other while they wait.
 */
final class Outbox<M> {
  private final ServerCallStreamObserver<M> stream;
  private final int limit;
  private final Runnable onOverflow;
  private final ArrayDeque<M> unread = new ArrayDeque<>();
  private final Map<String, M> latest = new LinkedHashMap<>();
  private boolean closed;
  private int owed;

  /**
   * An outbox for a stream whose call is just being started.
   *
   * @param onOverflow called once if the other side does not read
   */
  Outbox(ServerCallStreamObserver<M> stream, int limit, Runnable onOverflow) {
    this.stream = stream;
    this.limit = limit;
    this.onOverflow = onOverflow;
  }

  /** Begins to listen for the other side's readiness; to be called while the call is started. */
  void open() {
    stream.setOnReadyHandler(this::drain);
  }

  /** Sends something that must arrive. */
  void send(M message) {
    send("", message);
  }

  /** Sends something that must arrive, and that makes waiting news under this key obsolete. */
  void send(String key, M message) {
    boolean overflown = false;
    synchronized (this) {
      latest.remove(key);
      if (closed) {
        return;
      }
      if (isClear()) {
        stream.onNext(message);
      } else {
        unread.add(message);
        overflown = unread.size() + latest.size() > limit;
      }
    }
    if (overflown) {
      overflow();
    }
  }

  /** Sends news of which only the latest under its key counts. */
  synchronized void sendLatest(String key, M message) {
    if (closed) {
      return;
    }
    if (isClear()) {
      stream.onNext(message);
    } else {
      latest.put(key, message);
    }
  }

  /** Takes in one more message from the other side: now, or once it has read what waits here. */
  synchronized void requestOne() {
    if (unread.isEmpty()) {
      stream.request(1);
    } else {
      owed++;
    }
  }

  private boolean isClear() {
    return unread.isEmpty() && latest.isEmpty() && stream.isReady();
  }

  private synchronized void drain() {
    while (!closed && !unread.isEmpty() && stream.isReady()) {
      stream.onNext(unread.remove());
    }
    Iterator<M> news = latest.values().iterator();
    while (!closed && news.hasNext() && stream.isReady()) {
      stream.onNext(news.next());
      news.remove();
    }
    if (!closed && unread.isEmpty() && owed > 0) {
      stream.request(owed);
      owed = 0;
    }
  }

  private void overflow() {
    fail(
        Status.RESOURCE_EXHAUSTED.withDescription(
            "more than "
                + limit
                + " messages were not read; read faster, and open another stream"));
    onOverflow.run();
  }

  /** Ends the stream with an error; what waits is dropped. */
  synchronized void fail(Status status) {
    if (!closed) {
      abandon();
      stream.onError(status.asRuntimeException());
    }
  }

  /** Ends the stream well, after what waits if the other side reads. */
  synchronized void complete() {
    if (!closed) {
      drain();
      abandon();
      stream.onCompleted();
    }
  }

  /** The stream is broken: nothing can be sent any more. */
  synchronized void abandon() {
    closed = true;
    unread.clear();
    latest.clear();
  }
}
