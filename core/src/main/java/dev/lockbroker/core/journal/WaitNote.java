package dev.lockbroker.core.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * One wait that is over. All times are milliseconds of the wall clock since 1970. Text in it is as
 * others wrote it: nothing may be printed without escaping.
 *
 * @param fromMillis when it began
 * @param toMillis when it was over
 * @param outcome {@code granted}, {@code timeout}, {@code cancelled} or {@code refused}
 * @param ticket its ticket
 * @param pid who waited
 * @param label what that one calls itself
 * @param claims what it wanted, like {@code X:/}
 * @param position its place when it began
 * @param waiters the most that waited with it, itself included
 * @param holders for whom it has waited, as far as it was told, in their order
 */
public record WaitNote(
    long fromMillis,
    long toMillis,
    String outcome,
    long ticket,
    long pid,
    String label,
    String claims,
    int position,
    int waiters,
    List<Holder> holders) {
  private static final String MARK = "1";

  /** So that the half of a line is none, wherever it was cut. */
  private static final String END = " .";

  private static final int WORDS = 10;
  private static final int HOLDER_WORDS = 7;

  /**
   * Somebody who held what was waited for.
   *
   * @param token the lease's fencing token, which names it
   * @param pid the process at work
   * @param label what its client calls itself
   * @param command the command line of that process; empty if it was not seen
   * @param sinceMillis since when it held
   * @param untilMillis up to when it was seen to
   */
  public record Holder(
      long ticket,
      long token,
      long pid,
      String label,
      String command,
      long sinceMillis,
      long untilMillis) {}

  /** Copies the list. */
  public WaitNote {
    holders = List.copyOf(holders);
  }

  String encode() {
    StringBuilder out = new StringBuilder(200).append(MARK);
    number(out, fromMillis, toMillis);
    word(out, outcome);
    number(out, ticket, pid);
    word(out, label);
    word(out, claims);
    number(out, position, waiters);
    for (Holder holder : holders) {
      number(out, holder.ticket, holder.token, holder.pid);
      word(out, holder.label);
      word(out, holder.command);
      number(out, holder.sinceMillis, holder.untilMillis);
    }
    return out.append(END).toString();
  }

  private static void number(StringBuilder out, long... numbers) {
    for (long number : numbers) {
      out.append(' ').append(number);
    }
  }

  private static void word(StringBuilder out, String text) {
    out.append(' ').append(PercentCodec.encode(text));
  }

  /** Null if the line is none of ours, or only the half of one. */
  static @Nullable WaitNote decode(String line) {
    if (!line.endsWith(END)) {
      return null;
    }
    StringTokenizer words =
        new StringTokenizer(line.substring(0, line.length() - END.length()), " ");
    int beyond = words.countTokens() - WORDS;
    if (beyond < 0 || beyond % HOLDER_WORDS != 0 || !words.nextToken().equals(MARK)) {
      return null;
    }
    try {
      long from = number(words);
      long to = number(words);
      String outcome = PercentCodec.decode(words.nextToken());
      long ticket = number(words);
      long pid = number(words);
      String label = PercentCodec.decode(words.nextToken());
      String claims = PercentCodec.decode(words.nextToken());
      int position = (int) number(words);
      int waiters = (int) number(words);
      List<Holder> holders = new ArrayList<>();
      while (words.hasMoreTokens()) {
        holders.add(
            new Holder(
                number(words),
                number(words),
                number(words),
                PercentCodec.decode(words.nextToken()),
                PercentCodec.decode(words.nextToken()),
                number(words),
                number(words)));
      }
      return new WaitNote(
          from, to, outcome, ticket, pid, label, claims, position, waiters, holders);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static long number(StringTokenizer words) {
    return Long.parseLong(words.nextToken());
  }
}
