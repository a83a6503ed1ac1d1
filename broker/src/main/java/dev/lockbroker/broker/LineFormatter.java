package dev.lockbroker.broker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** One line for each record: time, level, place, text; a trace is folded into the line. */
final class LineFormatter extends Formatter {
  /** A longer text is cut: a log line is to be read. */
  private static final int MOST_CHARACTERS = 4000;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());

  @Override
  public String format(LogRecord entry) {
    String name = String.valueOf(entry.getLoggerName());
    StringBuilder line = new StringBuilder(160);
    TIME.formatTo(Instant.ofEpochMilli(entry.getMillis()), line);
    line.append(' ').append(level(entry.getLevel()));
    line.append(' ').append(name.substring(name.lastIndexOf('.') + 1));
    line.append(": ").append(escaped(formatMessage(entry)));
    if (entry.getThrown() != null) {
      line.append(" | ").append(escaped(trace(entry.getThrown())));
    }
    return line.append('\n').toString();
  }

  private static String level(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "WARN";
    }
    return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString().replace(System.lineSeparator() + "\tat ", " < ").strip();
  }

  /** The text without anything that could fake a line or steer a terminal. */
  static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .limit(MOST_CHARACTERS)
        .forEach(
            c -> {
              if (isPlain(c)) {
                out.appendCodePoint(c);
              } else {
                out.append("\\u{").append(Integer.toHexString(c)).append('}');
              }
            });
    return out.toString();
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
