package dev.lockbroker.cli;

import dev.lockbroker.client.HolderView;
import dev.lockbroker.client.QueueUpdate;
import dev.lockbroker.core.journal.WaitHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the user why nothing happens: after a second of waiting, then at each change of holder, and
 * when one is stopped or orphaned; on a terminal by one line that is always true. A wait that is
 * over sooner is not worth a line. Updates may come from any thread.
 */
final class WaitReporter implements Consumer<QueueUpdate>, AutoCloseable {
  private static final long PATIENCE_MILLIS = 1_000;

  /** How often the time in the line moves on. */
  private static final long REDRAW_MILLIS = 1_000;

  private final WaitingText text;
  private final boolean json;
  private final boolean inPlace;
  private @Nullable QueueUpdate latest;
  private long latestNanos;
  private boolean patient = true;
  private boolean closed;
  private @Nullable Estimate estimate;
  private List<String> told = List.of();

  WaitReporter(WaitingText text, boolean json) {
    this.text = text;
    this.json = json;
    this.inPlace = !json && TerminalLine.isPossible();
  }

  @Override
  public void accept(QueueUpdate update) {
    boolean isTold;
    synchronized (this) {
      if (latest == null && !closed) {
        Thread timer = new Thread(this::watch, "waiting line");
        timer.setDaemon(true);
        timer.start();
      }
      latest = update;
      latestNanos = System.nanoTime();
      isTold = !patient;
    }
    if (isTold) {
      tell();
    }
  }

  /** After this nothing more is told. */
  @Override
  public void close() {
    boolean isDrawn;
    synchronized (this) {
      closed = true;
      notifyAll();
      isDrawn = inPlace && !patient;
    }
    if (isDrawn) {
      Console.clear();
    }
  }

  private void watch() {
    try {
      pause(PATIENCE_MILLIS);
      endPatience();
      do {
        tell();
      } while (inPlace && pause(REDRAW_MILLIS));
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; it is a daemon.
      return;
    }
  }

  private synchronized void endPatience() {
    patient = false;
  }

  /**
   * Outside of the monitor: a terminal that stands still (Ctrl-S) stops whoever writes to it, and
   * must stop nobody else.
   */
  private void tell() {
    String words = words();
    if (words == null) {
      return;
    }
    if (json) {
      Console.sayRaw(words);
    } else if (inPlace) {
      Console.show(words);
      if (isClosed()) {
        Console.clear();
      }
    } else {
      Console.say(words);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** What is to be said now; null if there is nothing. */
  private synchronized @Nullable String words() {
    QueueUpdate update = latest;
    if (update == null || closed) {
      return null;
    }
    long ageMillis = (System.nanoTime() - latestNanos) / 1_000_000;
    if (inPlace) {
      return text.line(update, ageMillis, estimate());
    }
    List<String> holders = news(update.holders());
    if (holders.equals(told)) {
      return null;
    }
    told = holders;
    return json ? text.json(update, ageMillis) : text.line(update, ageMillis);
  }

  private synchronized Estimate estimate() {
    Estimate current = estimate;
    if (current == null) {
      current = new Estimate(new WaitHistory(text.journalDirectory()).list());
      estimate = current;
    }
    return current;
  }

  /** False if nothing more is to be told. */
  private synchronized boolean pause(long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (!closed && end - System.nanoTime() > 0) {
      wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
    return !closed;
  }

  /** What is worth a line if it changes; the first word is always news: even no holder is told. */
  private static List<String> news(List<HolderView> holders) {
    List<String> news = new ArrayList<>();
    news.add("holders");
    for (HolderView holder : holders) {
      boolean isOdd = holder.state().equals("stopped") || holder.state().equals("orphaned");
      news.add(holder.token() + (isOdd ? holder.state() : ""));
    }
    return news;
  }
}
