package dev.lockbroker.core.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcStatTest {
  private static @Nullable ProcStat parse(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
    return ProcStat.parse(bytes, bytes.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"git", "", "a b", "x) R 1 2 3", ") Z 1 1 1 (", "a\nb) X", "\u00ff\u0001"})
  void the_name_of_a_process_cannot_forge_its_state(String name) {
    String line = FakeProc.statLine(5, name, 'S', 3, 1234);
    assertEquals(new ProcStat('S', 77, 3, 1234, 5_000_000, -1), parse(line));
  }

  @Test
  void a_line_cut_off_anywhere_is_not_believed() {
    String line = FakeProc.statLine(5, "git", 'S', 3, 1234);
    int enough = line.indexOf(" 10 18446744073709551615");
    for (int length = 0; length <= enough; length++) {
      assertNull(parse(line.substring(0, length)), "cut at " + length);
    }
  }

  @Test
  void a_line_without_numbers_is_not_believed() {
    assertNull(parse("5 (git) S one two three"));
    assertNull(parse(FakeProc.statLine(5, "git", 'S', -3, 1234)));
  }

  @Test
  void a_zombie_has_ended_only_when_no_other_thread_runs() {
    assertTrue(new ProcStat('Z', 1, 1, 1, 0, -1).hasEnded());
    assertTrue(new ProcStat('Z', 1, 0, 1, 0, -1).hasEnded());
    assertFalse(new ProcStat('Z', 1, 2, 1, 0, -1).hasEnded());
  }

  @ParameterizedTest
  @ValueSource(chars = {'R', 'S', 'D', 'T', 't', 'I', 'P', 'K', 'W', '?'})
  void in_every_other_state_it_has_not(char state) {
    assertFalse(new ProcStat(state, 1, 1, 1, 0, -1).hasEnded());
  }
}
