package dev.lockbroker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionsTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void options_are_read_in_both_forms() throws Exception {
    Options options =
        Options.parse(List.of("--socket", "/a/b", "--log-level=debug", "--log-file=/c"));
    assertEquals(Path.of("/a/b"), options.socket());
    assertEquals(Path.of("/c"), options.logFile());
    assertEquals(Level.FINE, options.logLevel());
    assertFalse(options.help());
  }

  @Test
  void how_long_to_stay_is_said_by_the_option_before_the_environment() throws Exception {
    Options silent = Options.parse(List.of());
    assertEquals(7, silent.idleExitNanos(null, 7));
    assertEquals(7, silent.idleExitNanos("", 7));
    assertEquals(3_600_000_000_000L, silent.idleExitNanos("1h", 7));
    Options said = Options.parse(List.of("--idle-exit", "500ms"));
    assertEquals(500_000_000, said.idleExitNanos("1h", 7));
    assertEquals(
        IdleWatch.NEVER, Options.parse(List.of("--idle-exit=never")).idleExitNanos("1h", 7));
    for (String wrong : List.of("0", "10x", "-1s", "1000000h", "soon")) {
      Options options = Options.parse(List.of("--idle-exit", wrong));
      assertEquals(
          64, assertThrows(StartException.class, () -> options.idleExitNanos(null, 7)).exitCode());
      assertEquals(
          78, assertThrows(StartException.class, () -> silent.idleExitNanos(wrong, 7)).exitCode());
    }
  }

  @Test
  void what_is_not_an_option_is_a_usage_error() {
    for (List<String> wrong :
        List.of(
            List.of("--nonsense"),
            List.of("word"),
            List.of("--socket"),
            List.of("--socket="),
            List.of("--log-level", "LOUD"))) {
      StartException error = assertThrows(StartException.class, () -> Options.parse(wrong));
      assertEquals(64, error.exitCode());
      assertFalse(String.valueOf(error.getMessage()).contains("\n"));
    }
  }

  @Test
  void a_log_line_is_one_line() {
    LogRecord entry = new LogRecord(Level.WARNING, "label \n\u001b[31mred\u202e");
    entry.setThrown(new IllegalStateException("with\nlines"));
    String line = new LineFormatter().format(entry);
    assertEquals(line.length() - 1, line.indexOf('\n'));
    assertFalse(line.contains("\u001b") || line.contains("\u202e"));
    assertTrue(line.contains(" WARN "));
  }

  @Test
  void the_log_is_cut_in_two_files_for_the_owners_eyes() throws Exception {
    Path file = folder.resolve("state/lockbrokerd.log");
    LogFile log = new LogFile(file);
    log.open();
    String text = "x".repeat(1000);
    for (int i = 0; i < 2500; i++) {
      log.publish(new LogRecord(Level.INFO, text));
    }
    log.close();
    for (Path one : List.of(file, file.resolveSibling("lockbrokerd.log.1"))) {
      assertTrue(Files.size(one) <= 1 << 20);
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(one)));
    }
  }
}
