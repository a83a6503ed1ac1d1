package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class TimeSpanTest {
  private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
  private static final ZoneId ZONE = ZoneId.of("UTC+01:00");

  private static void means(String text, String from, long millis) {
    long start = Instant.parse(from).toEpochMilli();
    assertEquals(new TimeSpan(start, start + millis - 1), TimeSpan.at(text, NOW, ZONE), text);
  }

  @Test
  void a_time_means_as_much_as_is_said_of_it() {
    means("12:59", "2026-03-10T11:59:00Z", 60_000);
    means("12:59:30", "2026-03-10T11:59:30Z", 1_000);
    means("9:05", "2026-03-10T08:05:00Z", 60_000);
    means("2026-03-01 14:02", "2026-03-01T13:02:00Z", 60_000);
    means("2026-03-01T14:02:07", "2026-03-01T13:02:07Z", 1_000);
    means("2026-03-01T14:02Z", "2026-03-01T14:02:00Z", 60_000);
    means("2026-03-01T14:02:07-05:00", "2026-03-01T19:02:07Z", 1_000);
  }

  @Test
  void a_time_of_day_that_is_still_to_come_was_yesterday() {
    means("13:01", "2026-03-09T12:01:00Z", 60_000);
  }

  @Test
  void what_is_no_time_is_refused() {
    for (String text : new String[] {"", "25:00", "noon", "2026-13-01T00:00", "12", "1:2"}) {
      CliException e = assertThrows(CliException.class, () -> TimeSpan.at(text, NOW, ZONE), text);
      assertEquals(ExitCode.USAGE, e.exitCode());
    }
  }
}
