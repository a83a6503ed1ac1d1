package dev.lockbroker.bench.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockbroker.bench.worker.Grant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GrantLogTest {
  private static final long MS = 1_000_000;

  /** Times in milliseconds. */
  private static Grant grant(int asker, long asked, long entered, long released) {
    return new Grant(asker, asked * MS, entered * MS, released * MS, 0);
  }

  private static Grant placed(int asker, long asked, long entered, long place) {
    return new Grant(asker, asked * MS, entered * MS, entered * MS, place);
  }

  @Test
  void a_gap_is_from_release_to_the_entry_of_who_was_waiting() {
    GrantLog log = GrantLog.of(List.of(grant(2, 5, 13, 20), grant(1, 0, 1, 10)));
    assertArrayEquals(new long[] {3 * MS}, log.gaps(100 * MS));
  }

  @Test
  void who_asked_after_the_release_closes_no_gap() {
    GrantLog log = GrantLog.of(List.of(grant(1, 0, 1, 10), grant(2, 11, 13, 20)));
    assertArrayEquals(new long[0], log.gaps(100 * MS));
  }

  @Test
  void a_release_after_the_end_opens_no_gap() {
    GrantLog log =
        GrantLog.of(List.of(grant(1, 0, 1, 10), grant(2, 0, 12, 20), grant(3, 0, 21, 30)));
    assertArrayEquals(new long[] {2 * MS}, log.gaps(20 * MS));
  }

  @Test
  void a_wait_is_from_asking_to_entering() {
    GrantLog log = GrantLog.of(List.of(grant(1, 0, 1, 10), grant(2, 4, 12, 20)));
    assertArrayEquals(new long[] {MS, 8 * MS}, log.waits());
  }

  @Test
  void entering_while_somebody_is_inside_is_an_overlap() {
    GrantLog log =
        GrantLog.of(List.of(grant(1, 0, 1, 10), grant(2, 0, 9, 12), grant(3, 0, 12, 13)));
    assertEquals(1, log.overlaps());
  }

  @Test
  void a_short_stay_inside_a_long_one_does_not_hide_the_next_overlap() {
    GrantLog log =
        GrantLog.of(List.of(grant(1, 0, 1, 100), grant(2, 0, 5, 6), grant(3, 0, 50, 60)));
    assertEquals(2, log.overlaps());
  }

  @Test
  void entering_before_who_asked_earlier_is_an_inversion() {
    GrantLog log =
        GrantLog.of(List.of(grant(1, 0, 1, 10), grant(2, 5, 11, 12), grant(3, 2, 13, 14)));
    assertEquals(1, log.inversions());
  }

  @Test
  void each_who_overtakes_counts_however_many_are_overtaken() {
    GrantLog log =
        GrantLog.of(
            List.of(
                grant(1, 10, 20, 21),
                grant(1, 22, 23, 24),
                grant(2, 0, 25, 26),
                grant(3, 0, 27, 28)));
    assertEquals(2, log.inversions());
  }

  @Test
  void who_asked_within_a_millisecond_may_be_heard_in_any_order() {
    Grant first = new Grant(1, GrantLog.TIE_NANOS, 5 * MS, 6 * MS, 0);
    Grant second = new Grant(2, 0, 7 * MS, 8 * MS, 0);
    assertEquals(0, GrantLog.of(List.of(first, second)).inversions());
    Grant earlier = new Grant(2, -1, 7 * MS, 8 * MS, 0);
    assertEquals(1, GrantLog.of(List.of(first, earlier)).inversions());
  }

  @Test
  void the_queue_of_the_lock_itself_tells_who_was_overtaken() {
    GrantLog log = GrantLog.of(List.of(placed(1, 0, 1, 7), placed(2, 0, 2, 9), placed(3, 0, 3, 8)));
    assertEquals(1, log.outOfPlace());
  }

  @Test
  void a_peer_that_tells_no_places_has_none_out_of_place() {
    GrantLog log = GrantLog.of(List.of(grant(1, 0, 1, 2), grant(2, 0, 3, 4)));
    assertEquals(0, log.outOfPlace());
  }

  @Test
  void only_the_requests_of_one_asker_have_an_order_of_asking() {
    GrantLog log =
        GrantLog.of(List.of(placed(1, 2, 10, 1), placed(2, 1, 11, 2), placed(1, 1, 12, 3)));
    assertEquals(1, log.outOfOrderOfAsking());
  }
}
