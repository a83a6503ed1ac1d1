package dev.lockbroker.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where our words go: answers to stdout, everything about a running command to stderr. */
final class Console {
  private static final PrintStream OUT = System.out;
  private static final PrintStream ERR = System.err;
  private static @Nullable TerminalLine line;

  private Console() {}

  /** A line of the answer that the user asked for. */
  static void answer(String line) {
    OUT.println(line);
  }

  /** A line about what happens; it begins with our name, so that it is told from the child's. */
  static void say(String line) {
    sayRaw("lockctl: ".concat(line));
  }

  /** A line on stderr as it is. */
  static synchronized void sayRaw(String text) {
    clear();
    ERR.println(text);
  }

  /** Shows, on a terminal, what is the case at this moment, in the place of what was before. */
  static synchronized void show(String text) {
    TerminalLine current = line;
    if (current == null) {
      current = new TerminalLine(ERR, 0);
      line = current;
    }
    current.show("lockctl: ".concat(text));
  }

  /** Takes back what {@link #show} showed. */
  static synchronized void clear() {
    if (line != null) {
      line.erase();
    }
  }

  /** Whether answers go to a terminal. */
  static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether what was answered can reach nobody. */
  static boolean isBroken() {
    return OUT.checkError();
  }

  static void flush() {
    OUT.flush();
    ERR.flush();
  }
}
