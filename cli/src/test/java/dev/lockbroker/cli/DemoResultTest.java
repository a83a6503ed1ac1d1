package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.cli.DemoResult.Grant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DemoResultTest {
  @Test
  void grants_are_judged_in_the_order_of_their_tokens() {
    DemoResult result =
        new DemoResult(
            2, 0, 0, List.of(new Grant(5, 6, 30), new Grant(1, 2, 10), new Grant(3, 4, 20)), 9);
    assertEquals(0, result.overtakings());
    assertEquals(20, result.medianWaitMillis());
    assertEquals(30, result.longestWaitMillis());
  }

  @Test
  void who_is_granted_before_an_earlier_ticket_overtakes() {
    DemoResult result = new DemoResult(2, 0, 0, List.of(new Grant(5, 6, 0), new Grant(1, 7, 0)), 9);
    assertEquals(1, result.overtakings());
    assertFalse(result.isPerfect(2));
  }

  @Test
  void only_all_commits_without_any_failure_are_perfect() {
    assertTrue(new DemoResult(2, 0, 0, List.of(), 9).isPerfect(2));
    assertFalse(new DemoResult(1, 0, 1, List.of(), 9).isPerfect(2));
    assertFalse(new DemoResult(2, 1, 0, List.of(), 9).isPerfect(2));
  }
}
