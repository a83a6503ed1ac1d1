package dev.lockbroker.cli;

import dev.lockbroker.client.HolderView;
import dev.lockbroker.client.QueueUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells the user why nothing happens: after a second of waiting, then at each change of holder, and
 * when one is stopped or orphaned. A wait that is over sooner is not worth a line. Updates may come
 * from any thread.
 */
final class WaitReporter implements Consumer<QueueUpdate>, AutoCloseable {
  private static final long PATIENCE_MILLIS = 1_000;

  private final WaitingText text;
  private final boolean json;
  private @Nullable QueueUpdate latest;
  private long latestNanos;
  private boolean patient = true;
  private boolean closed;
  private List<String> told = List.of();

  WaitReporter(WaitingText text, boolean json) {
    this.text = text;
    this.json = json;
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
      tell(update, 0);
    }
  }

  /** After this nothing more is told. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  private synchronized void sleep() {
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    try {
      while (!closed && end - System.nanoTime() > 0) {
        wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      }
    } catch (InterruptedException e) {
      return;
    }
    patient = false;
    if (latest != null) {
      tell(latest, (System.nanoTime() - latestNanos) / 1_000_000);
    }
  }

  private void tell(QueueUpdate update, long ageMillis) {
    List<String> holders = news(update.holders());
    if (!closed && !holders.equals(told)) {
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
