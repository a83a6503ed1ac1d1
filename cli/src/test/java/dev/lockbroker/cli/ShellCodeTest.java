package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ShellCodeTest {
  @Test
  void values_are_quoted_for_their_shell() {
    assertEquals(
        "LOCKBROKER_LEASE='a;$(b)'\\''c'; export LOCKBROKER_LEASE", ShellCode.SH.lease("a;$(b)'c"));
    assertEquals("set -gx LOCKBROKER_LEASE 'a\\\\\\'b'", ShellCode.FISH.lease("a\\'b"));
    assertEquals("unset LOCKBROKER_LEASE", ShellCode.SH.lease(""));
    assertEquals("set -e LOCKBROKER_LEASE", ShellCode.FISH.lease(""));
  }

  @Test
  void the_help_shows_a_line_that_can_be_copied() {
    String help = new CommandLine(new AcquireCommand()).getUsageMessage();
    assertTrue(help.contains("eval \"$(lockctl acquire --pid $$ --wait 30s)\" || exit"), help);
  }

  @Test
  void a_copy_of_a_shell_is_told_from_another_program() {
    String stat =
        "1 (a) b) S 7 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %d 9 9 9 %d 2 3000 4 5"
            + " 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 4000 0 5000 0 0";
    ProcLine shell = ProcLine.parse(stat.formatted(100, 777));
    ProcLine copy = ProcLine.parse(stat.formatted(200, 777));
    ProcLine other = ProcLine.parse(stat.formatted(200, 888));
    ProcLine hidden = ProcLine.parse(stat.formatted(200, 1));
    if (shell == null || copy == null || other == null || hidden == null) {
      throw new AssertionError("not read");
    }
    assertEquals(7, shell.parent());
    assertEquals(100, shell.startTicks());
    assertTrue(copy.isCopyOf(shell));
    assertFalse(other.isCopyOf(shell));
    assertFalse(hidden.isCopyOf(hidden), "what cannot be known is no copy");
  }
}
