package dev.lockbroker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IdleWatchTest {
  /** Not a constant: sums beyond the end are meant. */
  private final long start = Long.parseLong("9223372036854775800");

  @Test
  void nobody_is_waited_for_longer_than_told() {
    IdleWatch watch = new IdleWatch(100, start);
    assertFalse(watch.isOver(false, start + 99));
    assertTrue(watch.isOver(false, start + 100));
  }

  @Test
  void whoever_needs_it_begins_the_time_anew() {
    IdleWatch watch = new IdleWatch(100, start);
    assertFalse(watch.isOver(true, start + 1000));
    assertFalse(watch.isOver(false, start + 1099));
    watch.restart(start + 1099);
    assertFalse(watch.isOver(false, start + 1198));
    assertTrue(watch.isOver(false, start + 1199));
  }

  @Test
  void one_that_is_to_stay_never_goes() {
    IdleWatch watch = new IdleWatch(IdleWatch.NEVER, start);
    assertFalse(watch.isOver(false, start + Long.MAX_VALUE / 2));
    assertEquals(5_000_000_000L, watch.pauseNanos());
  }

  @Test
  void it_looks_some_times_within_the_time_and_not_all_the_time() {
    assertEquals(250_000_000, new IdleWatch(1_000_000_000, start).pauseNanos());
    assertEquals(20_000_000, new IdleWatch(1_000_000, start).pauseNanos());
    assertEquals(5_000_000_000L, new IdleWatch(600_000_000_000L, start).pauseNanos());
  }
}
