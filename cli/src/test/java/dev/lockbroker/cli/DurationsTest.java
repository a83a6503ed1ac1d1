package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {
  @ParameterizedTest
  @CsvSource({"500ms,500", "10s,10000", "5m,300000", "1h,3600000", "7,7000", "0,0", "0ms,0"})
  void each_unit_is_read(String text, long millis) {
    assertEquals(Duration.ofMillis(millis), Durations.parse("--wait", text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-5s",
        "+5s",
        "s",
        "5 s",
        " 5",
        "5d",
        "1.5s",
        "5S",
        "٣s",
        "99999999999999",
        "1h30m",
        "9999999999999h",
        "0x10",
        "forever"
      })
  void anything_else_is_refused_with_its_text(String text) {
    CliException e = assertThrows(CliException.class, () -> Durations.parse("--ttl", text));
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertTrue(String.valueOf(e.getMessage()).contains("--ttl"));
    assertTrue(String.valueOf(e.getMessage()).contains("'" + text + "'"));
  }

  @Test
  void a_refused_text_cannot_steer_the_terminal() {
    CliException e =
        assertThrows(CliException.class, () -> Durations.parse("--wait", "\u001b[2J\n"));
    assertEquals(-1, String.valueOf(e.getMessage()).indexOf('\u001b'));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 ms",
    "-3,0 ms",
    "420,420 ms",
    "999,999 ms",
    "1000,1 s",
    "12999,12 s",
    "59999,59 s",
    "60000,1 min",
    "185000,3 min 5 s",
    "3600000,1 h",
    "7500000,2 h 5 min",
    "90000000,1 d 1 h"
  })
  void durations_are_shown_short(long millis, String shown) {
    assertEquals(shown, Durations.show(millis));
  }
}
