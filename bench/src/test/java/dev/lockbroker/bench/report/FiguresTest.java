package dev.lockbroker.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class FiguresTest {
  @Test
  void three_digits_are_significant() {
    assertEquals("0.00123", Figures.number(0.0012345));
    assertEquals("12.3", Figures.number(12.345));
    assertEquals("12,300", Figures.number(12_345));
    assertEquals("0", Figures.number(0));
    assertEquals("100", Figures.number(99.99));
  }

  @Test
  void long_durations_have_larger_units() {
    assertEquals("999 µs", Figures.text(999.4, "µs"));
    assertEquals("1 ms", Figures.text(999.6, "µs"));
    assertEquals("1.23 ms", Figures.text(1234, "µs"));
    assertEquals("1.23 s", Figures.text(1_234_000, "µs"));
    assertEquals("1,230 MB", Figures.text(1234, "MB"));
  }

  @Test
  void a_range_names_its_unit_only_where_it_is_another() {
    assertEquals("2 µs (1–3)", Figures.text(new Spread(2, 1, 3, 3), "µs"));
    assertEquals("2 ms (900 µs–3)", Figures.text(new Spread(2000, 900, 3000, 3), "µs"));
    assertEquals("2 ms", Figures.text(new Spread(2000, 2000.1, 2000.2, 3), "µs"));
    assertEquals("2 µs", Figures.text(new Spread(2, 2, 2, 1), "µs"));
  }
}
