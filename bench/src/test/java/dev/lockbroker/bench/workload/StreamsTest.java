package dev.lockbroker.bench.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class StreamsTest {
  @Test
  void each_session_comes_with_its_count_before_its_pairs() {
    Streams streams = new Streams();
    streams.add(0, new long[] {2, 10, 11, 0, 1, 12});
    assertArrayEquals(new long[] {10, 11, 12}, streams.pairs());
    assertEquals(0, streams.slowestToMedian());
  }

  @Test
  void rounds_of_one_session_are_counted_together() {
    Streams all = new Streams();
    Streams round = new Streams();
    round.add(0, new long[] {1, 10});
    round.add(1, new long[] {2, 11, 12});
    all.add(round);
    all.add(round);
    assertEquals(0.5, all.slowestToMedian());
    assertEquals(6, all.pairs().length);
  }
}
