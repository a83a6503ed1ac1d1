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

  /** How a line is made of an update and its age in milliseconds. */
  interface Line {
    String of(QueueUpdate update, long ageMillis);
  }

  private final Line line;
  private final Consumer<String> output;
  private final Thread timer = new Thread(this::sleep, "waiting line");
  private @Nullable QueueUpdate latest;
  private long latestNanos;
  private boolean patient = true;
  private boolean closed;
  private List<String> told = List.of();

  WaitReporter(Line line, Consumer<String> output) {
    this.line = line;
    this.output = output;
    timer.setDaemon(true);
  }

  @Override
  public synchronized void accept(QueueUpdate update) {
    boolean isFirst = latest == null;
    latest = update;
    latestNanos = System.nanoTime();
    if (isFirst && !closed) {
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
      output.accept(line.of(update, ageMillis));
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
