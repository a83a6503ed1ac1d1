package dev.lockbroker.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InsideTest {
  private static List<RequestId> ids(int count) {
    return IntStream.range(0, count).mapToObj(Samples::id).toList();
  }

  @Test
  void doubles_are_dropped_and_the_innermost_stays_first() {
    Inside inside = Samples.inside(2, 1, 2);
    assertEquals(List.of(Samples.id(2), Samples.id(1)), inside.requests());
    assertTrue(inside.contains(Samples.id(1)));
    assertFalse(inside.contains(Samples.id(3)));
    assertFalse(inside.isEmpty());
    assertTrue(Inside.NONE.isEmpty());
  }

  @Test
  void too_many_are_refused_or_the_outermost_left_out() {
    assertThrows(IllegalArgumentException.class, () -> new Inside(ids(Inside.MAX + 1)));
    assertEquals(ids(Inside.MAX), new Inside(ids(Inside.MAX)).requests());
    assertEquals(ids(Inside.MAX), Inside.firstOf(ids(Inside.MAX + 1)).requests());
    assertEquals(ids(1), Inside.firstOf(ids(1)).requests());
  }
}
