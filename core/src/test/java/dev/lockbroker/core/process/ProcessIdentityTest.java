package dev.lockbroker.core.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessIdentityTest {
  @Test
  void is_written_and_read_back_the_same() {
    ProcessIdentity process = new ProcessIdentity(4711, 123_456_789, 4_026_531_836L, 1000);
    assertEquals("4711.123456789.4026531836.1000", process.toString());
    assertEquals(process, ProcessIdentity.parse(process.toString()));
    assertEquals(process.hashCode(), ProcessIdentity.parse(process.toString()).hashCode());
  }

  @Test
  void differs_when_any_number_differs() {
    ProcessIdentity process = new ProcessIdentity(1, 2, 3, 4);
    assertNotEquals(process, new ProcessIdentity(9, 2, 3, 4));
    assertNotEquals(process, new ProcessIdentity(1, 9, 3, 4));
    assertNotEquals(process, new ProcessIdentity(1, 2, 9, 4));
    assertNotEquals(process, new ProcessIdentity(1, 2, 3, 9));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.4.",
        ".2.3.4",
        "1..3.4",
        "+1.2.3.4",
        "-1.2.3.4",
        "1.2.3.4 ",
        "1.2.3.x",
        "0.2.3.4",
        "1.2.3.9999999999999999999",
        "١.2.3.4",
        "1.2.3.4\n"
      })
  void nothing_else_is_read_as_one(String text) {
    assertThrows(IllegalArgumentException.class, () -> ProcessIdentity.parse(text));
  }

  @Test
  void a_complaint_shows_foreign_text_escaped() {
    IllegalArgumentException complaint =
        assertThrows(
            IllegalArgumentException.class, () -> ProcessIdentity.parse("\u001b[2J".repeat(99)));
    String sentence = String.valueOf(complaint.getMessage());
    assertTrue(sentence.contains("'\\x1b[2J"), sentence);
    assertTrue(sentence.length() < 300, sentence);
  }

  @Test
  void numbers_out_of_range_are_refused() {
    assertThrows(IllegalArgumentException.class, () -> new ProcessIdentity(0, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new ProcessIdentity(1, -1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new ProcessIdentity(1, 0, -1, 0));
    assertThrows(IllegalArgumentException.class, () -> new ProcessIdentity(1, 0, 0, -1));
  }
}
