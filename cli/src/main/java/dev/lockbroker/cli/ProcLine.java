package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /proc/<pid>/stat} says of a process, for choosing one; who lives is judged elsewhere.
 *
 * @param state state letter (field 3)
 * @param parent its parent's pid (field 4)
 * @param startTicks start in clock ticks since boot (field 22)
 * @param image where its program, stack, arguments and environment lie in memory. That changes with
 *     every {@code exec} and is handed on by {@code fork}; empty if we may not know
 */
record ProcLine(char state, long parent, long startTicks, String image) {
  private static final int[] PLACES = {26, 28, 48, 50};

  /** The process with this pid; null if there is none, or none to be seen. */
  static @Nullable ProcLine of(long pid) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "stat"));
      return parse(new String(bytes, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return null;
    }
  }

  /** The name in parentheses is chosen by the process; what follows it is numbers. */
  static @Nullable ProcLine parse(String line) {
    StringTokenizer words = new StringTokenizer(line.substring(line.lastIndexOf(')') + 1));
    String[] fields = new String[2 + words.countTokens() + 1];
    for (int i = 3; i < fields.length; i++) {
      fields[i] = words.nextToken();
    }
    if (fields.length <= 50) {
      return null;
    }
    try {
      return new ProcLine(
          fields[3].charAt(0),
          Long.parseLong(fields[4]),
          Long.parseLong(fields[22]),
          image(fields));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static String image(String[] fields) {
    StringBuilder out = new StringBuilder();
    for (int place : PLACES) {
      // 0 and 1 stand for what we may not know.
      if (fields[place].length() < 2) {
        return "";
      }
      out.append(fields[place]).append(' ');
    }
    return out.toString();
  }

  /** Whether nothing of it runs any more, though nobody has waited for it yet. */
  boolean hasEnded() {
    return state == 'Z' || state == 'X';
  }

  /** Whether it is that process's copy: forked, and has become no other program since. */
  boolean isCopyOf(ProcLine other) {
    return !image.isEmpty() && image.equals(other.image);
  }
}
