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
  public synchronized void accept(QueueUpdate update) {
    boolean isFirst = latest == null;
    latest = update;
    latestNanos = System.nanoTime();
    if (isFirst && !closed) {
      Thread timer = new Thread(this::sleep, "waiting line");
      timer.setDaemon(true);
      timer.start();
    }
    if (!patient) {
      tell(update);
    }
  }

  /** After this nothing more is told. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    if (inPlace && !patient) {
      Console.clear();
    }
  }

  private synchronized void sleep() {
    try {
      pause(PATIENCE_MILLIS);
      patient = false;
      while (inPlace && !closed) {
        tell(latest);
        pause(REDRAW_MILLIS);
      }
      tell(latest);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; it is a daemon.
      return;
    }
  }

  private synchronized Estimate estimate() {
    Estimate current = estimate;
    if (current == null) {
      current = new Estimate(new WaitHistory(text.journalDirectory()).list());
      estimate = current;
    }
    return current;
  }

  private synchronized void pause(long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (!closed && end - System.nanoTime() > 0) {
      wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }
  }

  private synchronized void tell(@Nullable QueueUpdate update) {
    if (update == null || closed) {
      return;
    }
    long ageMillis = (System.nanoTime() - latestNanos) / 1_000_000;
    if (inPlace) {
      Console.show(text.line(update, ageMillis, estimate()));
      return;
    }
    List<String> holders = news(update.holders());
    if (!holders.equals(told)) {
      told = holders;
      if (json) {
        Console.sayRaw(text.json(update, ageMillis));
      } else {
        Console.say(text.line(update, ageMillis));
      }
    }
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
