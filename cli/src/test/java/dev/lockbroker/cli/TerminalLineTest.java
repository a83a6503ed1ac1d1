package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TerminalLineTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TerminalLine line =
      new TerminalLine(new PrintStream(bytes, true, StandardCharsets.UTF_8), 12);

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void each_text_replaces_the_one_before() {
    line.show("one");
    line.show("two");
    assertEquals("\r\u001b[Kone\r\u001b[Ktwo", written());
  }

  @Test
  void a_text_never_wraps() {
    line.show("more than twelve columns");
    assertEquals("\r\u001b[Kmore than t", written());
    assertEquals("\u5f35\u4e09", TerminalLine.fitting("\u5f35\u4e09\u674e", 5));
    assertEquals("a", TerminalLine.fitting("a\ud83d\ude00", 2));
  }

  @Test
  void erasing_leaves_nothing_and_is_done_once() {
    line.erase();
    assertEquals("", written());
    line.show("x");
    line.erase();
    line.erase();
    assertEquals("\r\u001b[Kx\r\u001b[K", written());
  }
}
