package dev.lockbroker.client;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a client without a broker tries for one, on a clock of the test's. */
class ConnectPaceTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1000 * MILLI;

  private final ConnectPace pace = new ConnectPace();

  @Test
  void where_there_is_no_socket_nobody_tries() {
    assertFalse(pace.isTime(null, 0));
    pace.failed("a", 0, 0);
    assertFalse(pace.isTime(null, 100 * SECOND));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 5})
  void attempts_at_the_same_socket_follow_each_other_between_25_ms_and_a_second(long start) {
    long now = start;
    long longest = 50 * MILLI;
    for (int i = 0; i < 20; i++) {
      pace.failed("a", 0, now);
      assertFalse(pace.isTime("a", now + longest / 2 - 1), "try " + i);
      assertTrue(pace.isTime("a", now + longest), "try " + i);
      now += longest;
      longest = Math.min(2 * longest, SECOND);
    }
  }

  @Test
  void another_socket_is_tried_at_once_and_patience_begins_anew() {
    for (int i = 0; i < 10; i++) {
      pace.failed("a", 0, 0);
    }
    assertTrue(pace.isTime("b", 0));
    pace.failed("b", 0, 0);
    assertTrue(pace.isTime("b", 50 * MILLI));
  }

  @Test
  void a_hopeless_broker_is_left_alone_until_there_is_another() {
    pace.failed("a", Long.MAX_VALUE / 2, 5);
    assertFalse(pace.isTime("a", 1_000_000 * SECOND));
    assertTrue(pace.isTime("b", 6));
  }

  @Test
  void a_session_that_ended_soon_counts_as_a_failure() {
    pace.ended("a", SECOND, 0);
    assertFalse(pace.isTime("a", 0));
    pace.ended("a", 10 * SECOND, 0);
    assertTrue(pace.isTime("a", 0));
  }
}
