package dev.lockbroker.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A child without a lock of its own: it gets terminal, signals and files, we its status. */
final class PlainRun {
  private PlainRun() {}

  /**
   * Runs it.
   *
   * @param variables what it finds in its environment besides
   * @return its exit status, 128 + n after signal n
   * @throws IOException if it cannot be started
   */
  static int of(List<String> command, Map<String, String> variables) throws IOException {
    Signals signals = Signals.install();
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    Commands.restoreLocale(builder.environment());
    builder.environment().putAll(variables);
    Process child = builder.start();
    signals.passTo(child);
    return ChildRun.waitFor(child);
  }
}
