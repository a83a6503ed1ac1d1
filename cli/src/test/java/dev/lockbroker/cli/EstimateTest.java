package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockbroker.client.HolderView;
import dev.lockbroker.client.QueueUpdate;
import dev.lockbroker.core.journal.WaitNote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EstimateTest {
  private final List<WaitNote> notes = new ArrayList<>();
  private long token;

  private void held(String label, long millis) {
    waited("granted", ++token, label, millis);
  }

  private void waited(String outcome, long itsToken, String label, long millis) {
    WaitNote.Holder holder =
        new WaitNote.Holder(itsToken, itsToken, 1, label, "", 1_000, 1_000 + millis);
    notes.add(new WaitNote(1_000, 2_000, outcome, 9, 2, "me", "X:/", 1, 1, List.of(holder)));
  }

  private long left(int position, String label, long heldMillis) {
    HolderView holder =
        new HolderView(7, 8, 4711, label, "", "running", Duration.ofMillis(heldMillis), "X:/");
    QueueUpdate update = new QueueUpdate(position, position, List.of(holder));
    return new Estimate(notes).leftMillis(update, 100);
  }

  @Test
  void of_what_was_never_seen_nothing_is_said() {
    held("git gc", 9_000);
    assertEquals(Estimate.UNKNOWN, left(1, "make", 0));
  }

  @Test
  void the_median_of_the_same_label_tells() {
    for (long millis : new long[] {2_000, 3_000, 60_000}) {
      held("make", millis);
    }
    held("git gc", 500_000);
    assertEquals(3_000 - 100, left(1, "make", 0));
  }

  @Test
  void what_takes_longer_already_is_compared_with_what_took_as_long() {
    held("make", 2_000);
    held("make", 60_000);
    assertEquals(60_000 - 5_100, left(1, "make", 5_000));
    assertEquals(Estimate.UNKNOWN, left(1, "make", 70_000));
  }

  @Test
  void those_before_us_take_as_long_as_anybody() {
    held("make", 10_000);
    assertEquals(9_900 + 2 * 10_000, left(3, "make", 0));
  }

  @Test
  void a_lease_that_several_waited_for_counts_once_and_to_its_end() {
    held("make", 1_000);
    held("make", 2_000);
    waited("granted", token, "make", 8_000);
    waited("timeout", 99, "make", 3_000);
    assertEquals(8_000 - 100, left(1, "make", 0));
  }

  @Test
  void only_the_latest_count() {
    held("make", 100_000);
    for (int i = 0; i < 15; i++) {
      held("make", 4_000);
    }
    assertEquals(4_000 - 100, left(1, "make", 0));
    assertEquals(Estimate.UNKNOWN, left(1, "make", 50_000));
  }
}
