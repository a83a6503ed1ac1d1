package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ColoursTest {
  @Test
  void only_a_terminal_that_can_gets_them_and_only_who_wants_them() {
    assertTrue(Colours.isWanted(Map.of("TERM", "xterm"), true));
    assertTrue(Colours.isWanted(Map.of("TERM", "xterm", "NO_COLOR", ""), true));
    assertFalse(Colours.isWanted(Map.of("TERM", "xterm"), false));
    assertFalse(Colours.isWanted(Map.of("TERM", "xterm", "NO_COLOR", "0"), true));
    assertFalse(Colours.isWanted(Map.of("TERM", "dumb"), true));
    assertFalse(Colours.isWanted(Map.of(), true));
  }

  @Test
  void the_state_of_a_line_is_made_visible_and_nothing_else() {
    Colours colours = new Colours(true);
    assertEquals("  \u001b[32mheld\u001b[0m  7  held", colours.state("  held  7  held"));
    assertEquals("  \u001b[33mwaiting 2/3\u001b[0m  8", colours.state("  waiting 2/3  8"));
    assertEquals("  \u001b[35morphaned\u001b[0m  8", colours.state("  orphaned  8"));
    assertEquals("  \u001b[31mdead\u001b[0m  8", colours.state("  dead  8"));
    for (String other : new String[] {"held", "  deadline", "  STATE  TICKET", "/repo"}) {
      assertEquals(other, colours.state(other));
    }
    assertEquals("  held  7", new Colours(false).state("  held  7"));
  }
}
