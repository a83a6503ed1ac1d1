package dev.lockbroker.core.process;

import org.jspecify.annotations.Nullable;

/**
 * One process, told apart from every other that this kernel runs between two boots.
 *
 * <p>The text form, which stands in journals, is {@code pid.start.pidns.uid}, all decimal.
 *
 * @param pid its number in its own (innermost) pid namespace; 1 or more
 * @param startTicks its start in clock ticks since boot, as the kernel prints it (field 22 of
 *     {@code /proc/<pid>/stat}); never turned into a time of day, which a step of the clock would
 *     change
 * @param pidNamespace inode number of its pid namespace
 * @param uid its effective user
 */
public record ProcessIdentity(long pid, long startTicks, long pidNamespace, long uid) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if the pid is below 1 or another number is negative
   */
  public ProcessIdentity {
    if (pid < 1 || startTicks < 0 || pidNamespace < 0 || uid < 0) {
      throw new IllegalArgumentException(
          "A process has a pid of 1 or more and no negative number, not "
              + text(pid, startTicks, pidNamespace, uid));
    }
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it is not exactly four decimal numbers that name a process
   */
  public static ProcessIdentity parse(String text) {
    long[] numbers = new long[4];
    int from = 0;
    for (int i = 0; i < 4; i++) {
      int dot = i < 3 ? text.indexOf('.', from) : text.length();
      numbers[i] = number(text, from, dot);
      from = dot + 1;
    }
    return new ProcessIdentity(numbers[0], numbers[1], numbers[2], numbers[3]);
  }

  private static long number(String text, int from, int to) {
    // 18 digits cannot overflow, and no number here is ever longer.
    if (to <= from || to - from > 18) {
      throw malformed(text);
    }
    long number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw malformed(text);
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private static IllegalArgumentException malformed(String text) {
    String shown = text.length() <= 100 ? text : text.substring(0, 100);
    return new IllegalArgumentException(
        "A process is written pid.start.pidns.uid in decimal, not '" + Printable.text(shown) + "'");
  }

  // Written out: what the compiler generates for records is linked at its first use, which a
  // command line tool pays at every start.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ProcessIdentity that
        && pid == that.pid
        && startTicks == that.startTicks
        && pidNamespace == that.pidNamespace
        && uid == that.uid;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(pid * 31 + startTicks);
  }

  /** The text form. */
  @Override
  public String toString() {
    return text(pid, startTicks, pidNamespace, uid);
  }

  @SuppressWarnings("UnnecessaryStringBuilder") // see above: "+" is linked at its first use, too
  private static String text(long pid, long startTicks, long pidNamespace, long uid) {
    return new StringBuilder(40)
        .append(pid)
        .append('.')
        .append(startTicks)
        .append('.')
        .append(pidNamespace)
        .append('.')
        .append(uid)
        .toString();
  }
}
