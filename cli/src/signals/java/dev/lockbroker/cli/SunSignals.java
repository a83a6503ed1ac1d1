package dev.lockbroker.cli;

import java.util.function.IntConsumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The only door to signals that Java has. In a folder of its own, because javac's warning about it
 * cannot be turned off (see the pom).
 */
final class SunSignals {
  private SunSignals() {}

  /**
   * Calls the action, on a thread of its own, with the number of each such signal.
   *
   * @param name without {@code SIG}
   */
  static void handle(String name, IntConsumer action) {
    try {
      Signal.handle(
          new Signal(name),
          new SignalHandler() {
            @Override
            public void handle(Signal signal) {
              action.accept(signal.getNumber());
            }
          });
    } catch (IllegalArgumentException e) {
      // The JVM keeps it for itself (-Xrs), or the system has none: its default action stays.
      return;
    }
  }
}
