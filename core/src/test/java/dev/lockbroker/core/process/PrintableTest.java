package dev.lockbroker.core.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void plain_text_of_any_language_stays() {
    assertEquals("git commit -m 'für 日本 😀'", Printable.text("git commit -m 'für 日本 😀'"));
  }

  @Test
  void what_could_steer_a_terminal_is_escaped() {
    assertEquals("a\\x0a\\x1b[31m\\x7f\\x9b", Printable.text("a\n\u001b[31m\u007f\u009b"));
    assertEquals("\\u{202e}\\u{2028}\\u{d800}", Printable.text("\u202e\u2028\ud800"));
  }

  @Test
  void long_text_is_cut_and_never_inside_a_character() {
    assertEquals("x".repeat(200), Printable.text("x".repeat(5000)));
    assertEquals("x".repeat(199), Printable.text("x".repeat(199) + "😀"));
    assertEquals("x".repeat(198), Printable.text("x".repeat(198) + "\u0001"));
  }
}
