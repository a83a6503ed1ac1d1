package dev.lockbroker.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where our words go: answers to stdout, everything about a running command to stderr. */
final class Console {
  private static final PrintStream OUT = System.out;
  private static final PrintStream ERR = System.err;

  private Console() {}

  /** A line of the answer that the user asked for. */
  static void answer(String line) {
    OUT.println(line);
  }

  /** A line about what happens; it begins with our name, so that it is told from the child's. */
  static void say(String line) {
    ERR.println("lockctl: ".concat(line));
  }

  /** A line on stderr as it is. */
  static void sayRaw(String line) {
    ERR.println(line);
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
