package dev.lockbroker.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Where our words go: answers to stdout, everything about a running command to stderr. */
final class Console {
  private static final PrintStream OUT = System.out;
  private static final PrintStream ERR = System.err;

  /** Held while stderr is written to; a terminal that stands still keeps it. */
  private static final ReentrantLock LOCK = new ReentrantLock();

  private static final long PATIENCE_MILLIS = 200;
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
  static void sayRaw(String text) {
    LOCK.lock();
    try {
      erase();
      ERR.println(text);
    } finally {
      LOCK.unlock();
    }
  }

  /** Shows, on a terminal, what is the case at this moment, in the place of what was before. */
  static void show(String text) {
    LOCK.lock();
    try {
      TerminalLine current = line;
      if (current == null) {
        current = new TerminalLine(ERR, 0);
        line = current;
      }
      current.show("lockctl: ".concat(text));
    } finally {
      LOCK.unlock();
    }
  }

  /** Takes back what {@link #show} showed, unless the terminal stands still. */
  static void clear() {
    boolean interrupted = Thread.interrupted();
    try {
      if (LOCK.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        try {
          erase();
        } finally {
          LOCK.unlock();
        }
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void erase() {
    if (line != null) {
      line.erase();
    }
  }

  /** Whether answers go to a terminal. */
  static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return !"dumb".equals(System.getenv().getOrDefault("TERM", "dumb"))
          && (target.startsWith("/dev/pts/") || target.startsWith("/dev/tty"));
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
