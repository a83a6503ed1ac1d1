package dev.lockbroker.core.process;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What we ask of {@code /proc/<pid>/stat}.
 *
 * @param state state letter (field 3)
 * @param session session id (field 6)
 * @param threads number of threads (field 20)
 * @param startTicks start in clock ticks since boot (field 22)
 * @param memory bytes of its address space (field 23)
 * @param environment bytes of its environment (fields 50 and 51); -1 while it is not known, because
 *     a program is being loaded or we may not know
 */
record ProcStat(
    char state, long session, long threads, long startTicks, long memory, long environment) {
  /** Enough for all 52 fields: 64 bytes of name and numbers of at most 20 digits. */
  static final int BYTES = 1280;

  /** Reads the first bytes of a buffer; null if they are no such line. */
  static @Nullable ProcStat parse(byte[] line, int length) {
    // The name in parentheses is chosen by the process and may hold any of ") 1 R"; what follows
    // it is numbers.
    int close = length - 1;
    while (close >= 0 && line[close] != ')') {
      close--;
    }
    if (close < 0 || close + 2 >= length) {
      return null;
    }
    long session = number(line, length, close, 6);
    long threads = number(line, length, close, 20);
    long startTicks = number(line, length, close, 22);
    long memory = number(line, length, close, 23);
    boolean complete = session >= 0 && threads >= 0 && startTicks >= 0 && memory >= 0;
    return complete
        ? new ProcStat(
            (char) line[close + 2],
            session,
            threads,
            startTicks,
            memory,
            environment(line, length, close))
        : null;
  }

  /**
   * While a program is being loaded its places in memory are written one after the other; the place
   * of its code (field 26) is the last of those looked at here.
   */
  private static long environment(byte[] line, int length, int close) {
    long code = number(line, length, close, 26);
    long start = number(line, length, close, 50);
    long end = number(line, length, close, 51);
    return code > 0 && start > 0 && end > 0 ? end - start : -1;
  }

  /**
   * Reads the line.
   *
   * @throws IOException if it is not one
   */
  static ProcStat require(byte[] line) throws IOException {
    ProcStat stat = parse(line, line.length);
    if (stat == null) {
      throw new IOException("a process stat that is not as proc(5) describes");
    }
    return stat;
  }

  /**
   * Whether nothing of the process can run any more. A zombie with threads is a process whose first
   * thread has ended before the others.
   */
  boolean hasEnded() {
    return state == 'X' || (state == 'Z' && threads <= 1);
  }

  /**
   * Whether it has no environment: it has ended, or is a thread of the kernel. Of a process whose
   * first thread has ended the memory is not shown, but it is there.
   */
  boolean isWithoutMemory() {
    return memory == 0 && (state != 'Z' || threads <= 1);
  }

  /** A field by its number in proc(5), the name being number 2; -1 if it is missing or cut off. */
  private static long number(byte[] line, int length, int close, int field) {
    int at = close;
    for (int spaces = field - 2; spaces > 0 && at < length; at++) {
      if (line[at] == ' ') {
        spaces--;
      }
    }
    int first = at;
    long number = 0;
    while (at < length && line[at] >= '0' && line[at] <= '9') {
      number = number * 10 + (line[at++] - '0');
    }
    return at > first && at < length && line[at] == ' ' ? number : -1;
  }
}
