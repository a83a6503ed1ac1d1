package dev.lockbroker.cli;

import dev.lockbroker.core.process.Printable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * A stretch of time that is asked about.
 *
 * @param fromMillis its beginning, since 1970
 * @param toMillis its end
 */
record TimeSpan(long fromMillis, long toMillis) {
  private static final long MINUTE_MILLIS = 60_000;
  private static final long SECOND_MILLIS = 1_000;

  /** The last so many milliseconds. */
  static TimeSpan last(long millis, long nowMillis) {
    return new TimeSpan(nowMillis - millis, nowMillis);
  }

  /**
   * The minute or second that a person names: {@code 14:02}, {@code 14:02:31} (the last time it was
   * that late), {@code 2026-11-20T14:02}, or with a zone, {@code 2026-11-20T14:02:31Z}.
   *
   * @throws CliException if it is none of these
   */
  static TimeSpan at(String text, Instant now, ZoneId zone) {
    String time = text.strip().replace(' ', 'T');
    // Seconds or not: how exactly it was said is how exactly it is meant.
    boolean isMinute =
        time.replaceAll("^.*T|[Zz]$|[+-][0-9:]+$", "").matches("[0-9]{1,2}:[0-9]{2}");
    try {
      long from = moment(time, now, zone).toEpochMilli();
      return new TimeSpan(from, from + (isMinute ? MINUTE_MILLIS : SECOND_MILLIS) - 1);
    } catch (DateTimeException e) {
      throw new CliException(
          ExitCode.USAGE,
          "--at takes a time such as 14:02, 14:02:31 or 2026-11-20T14:02, not '"
              + Printable.text(text)
              + "'");
    }
  }

  private static Instant moment(String time, Instant now, ZoneId zone) {
    if (time.indexOf('T') < 0) {
      LocalTime clock = LocalTime.parse(time.indexOf(':') == 1 ? "0" + time : time);
      ZonedDateTime today = now.atZone(zone).with(clock);
      return (today.toInstant().isAfter(now) ? today.minusDays(1) : today).toInstant();
    }
    boolean hasZone = time.matches(".*([Zz]|[+-][0-9]{2}:?[0-9]{2})$");
    return hasZone
        ? OffsetDateTime.parse(time).toInstant()
        : LocalDateTime.parse(time).atZone(zone).toInstant();
  }

  /** Whether something that lasted so long touches it. */
  boolean touches(long from, long to) {
    return from <= toMillis && to >= fromMillis;
  }
}
