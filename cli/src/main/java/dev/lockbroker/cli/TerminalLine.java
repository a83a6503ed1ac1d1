package dev.lockbroker.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** A line on a terminal that is written over and over. Confined to {@link Console}. */
final class TerminalLine {
  private static final int USUAL_COLUMNS = 80;
  private static final int FEWEST_COLUMNS = 20;

  /** From here on most characters take two columns; better a little too short than wrapped. */
  private static final int FIRST_WIDE = 0x1100;

  private static final String ERASE = "\r\u001b[K";

  private final PrintStream terminal;
  private int columns;
  private boolean shown;

  TerminalLine(PrintStream terminal, int columns) {
    this.terminal = terminal;
    this.columns = columns;
  }

  /** Whether the launcher has found stderr to be a terminal that understands more than lines. */
  static boolean isPossible() {
    return System.getProperty("lockbroker.terminal") != null;
  }

  /** Shows the text instead of what is shown, as far as it fits: a line that wraps stays. */
  void show(String text) {
    if (columns == 0) {
      columns = columnsNow();
    }
    shown = true;
    terminal.print(ERASE + fitting(text, columns - 1));
    terminal.flush();
  }

  /** Makes room for others. */
  void erase() {
    if (shown) {
      shown = false;
      terminal.print(ERASE);
      terminal.flush();
    }
  }

  static String fitting(String text, int columns) {
    int used = 0;
    int end = 0;
    while (end < text.length()) {
      int point = text.codePointAt(end);
      used += point < FIRST_WIDE ? 1 : 2;
      if (used > columns) {
        return text.substring(0, end);
      }
      end += Character.charCount(point);
    }
    return text;
  }

  /** Java cannot ask a terminal for its size; whoever waits has the time to ask for it. */
  private static int columnsNow() {
    try {
      Process stty =
          new ProcessBuilder("/bin/sh", "-c", "stty size <&2")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      stty.getOutputStream().close();
      String size =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      int columns = Integer.parseInt(size.substring(size.indexOf(' ') + 1));
      return columns < FEWEST_COLUMNS ? USUAL_COLUMNS : columns;
    } catch (IOException | NumberFormatException e) {
      return USUAL_COLUMNS;
    }
  }
}
