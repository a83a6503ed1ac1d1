package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class OnLostTest {
  @Test
  void the_option_overrules_the_environment_and_the_default_is_to_end_it() {
    assertEquals(OnLost.TERM, OnLost.of(null, Map.of()));
    assertEquals(OnLost.TERM, OnLost.of(null, Map.of(OnLost.VARIABLE, "")));
    assertEquals(OnLost.WARN, OnLost.of(null, Map.of(OnLost.VARIABLE, "warn")));
    assertEquals(OnLost.TERM, OnLost.of("term", Map.of(OnLost.VARIABLE, "warn")));
    assertEquals(OnLost.WARN, OnLost.of("warn", Map.of(OnLost.VARIABLE, "nonsense")));
  }

  @Test
  void another_word_is_wrong_usage_or_a_wrong_setting() {
    CliException option = assertThrows(CliException.class, () -> OnLost.of("kill", Map.of()));
    assertEquals(ExitCode.USAGE, option.exitCode());
    CliException setting =
        assertThrows(
            CliException.class, () -> OnLost.of(null, Map.of(OnLost.VARIABLE, "a\u001bb")));
    assertEquals(ExitCode.SETTINGS, setting.exitCode());
    assertEquals(-1, String.valueOf(setting.getMessage()).indexOf('\u001b'));
  }
}
