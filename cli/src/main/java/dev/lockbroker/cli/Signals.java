package dev.lockbroker.cli;

import java.io.IOException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Signals that reach lockctl. While it waits for the lock, INT, TERM and HUP end the wait: the
 * waiting thread is interrupted. While the child runs, lockctl stays: the terminal sends INT and
 * QUIT to the child as well, TERM and HUP are passed on to it. (QUIT cannot be caught in Java; the
 * JVM survives it by itself, and the launcher keeps it from printing its threads.) A signal that
 * was ignored when we were started (nohup, background jobs) stays ignored.
 */
final class Signals implements IntConsumer {
  private static final int INT = 2;
  private static final int TERM = 15;
  private static final String[] NAMES = {"HUP", "INT", "TERM"};

  private final Thread waiter;
  private int received;
  private boolean waiting = true;
  private @Nullable Process child;

  private Signals(Thread waiter) {
    this.waiter = waiter;
  }

  /** Handles signals from now on; the calling thread is the one that waits. */
  static Signals install() {
    Signals signals = new Signals(Thread.currentThread());
    for (String name : NAMES) {
      SunSignals.handle(name, signals);
    }
    return signals;
  }

  /** The signal that ended the wait, or 0. From here on no more interrupts come. */
  synchronized int endWait() {
    waiting = false;
    if (received != 0) {
      Thread.interrupted();
    }
    return received;
  }

  /** Ends the wait without a signal, if it lasts. */
  synchronized void interruptWait(Thread waiting) {
    if (this.waiting && waiting == waiter) {
      waiter.interrupt();
    }
  }

  /** Passes signals on to this process from now on, and one that came while it was started. */
  synchronized void passTo(Process process) {
    waiting = false;
    child = process;
    if (received != 0) {
      send(process, received);
    }
  }

  /** The child has ended, and the calling thread waits once more: interrupts come again. */
  synchronized void awaitAgain() throws InterruptedException {
    child = null;
    waiting = true;
    if (received != 0) {
      throw new InterruptedException();
    }
  }

  /** A signal has come. */
  @Override
  public synchronized void accept(int number) {
    if (child != null) {
      if (number != INT) {
        send(child, number);
      }
      return;
    }
    received = number;
    if (waiting) {
      waiter.interrupt();
    }
  }

  private static void send(Process process, int signal) {
    if (!process.isAlive()) {
      return;
    }
    if (signal == TERM) {
      process.destroy();
      return;
    }
    try {
      new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid()).start();
    } catch (IOException e) {
      process.destroy();
    }
  }
}
