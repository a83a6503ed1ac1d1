package dev.lockbroker.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON on one line. All characters but plain letters and signs are escaped, so that foreign
 * text is safe on a terminal too. A member whose value is null is written as {@code null}.
 */
final class Json {
  private final StringBuilder out = new StringBuilder(200);
  private final Deque<Character> open = new ArrayDeque<>();
  private boolean first = true;

  /** Begins an object, as an element of an array or as the whole text. */
  Json object() {
    comma();
    return begin('{', '}');
  }

  Json object(String name) {
    name(name);
    return begin('{', '}');
  }

  Json array(String name) {
    name(name);
    return begin('[', ']');
  }

  /** Ends the innermost object or array. */
  Json end() {
    out.append((char) open.pop());
    first = false;
    return this;
  }

  Json put(String name, @Nullable String value) {
    name(name);
    if (value == null) {
      out.append("null");
    } else {
      string(value);
    }
    return this;
  }

  Json put(String name, long value) {
    name(name);
    out.append(value);
    return this;
  }

  Json put(String name, boolean value) {
    name(name);
    out.append(value);
    return this;
  }

  /** An element of an array. */
  Json add(String value) {
    comma();
    string(value);
    return this;
  }

  /** An element of an array. */
  Json add(long value) {
    comma();
    out.append(value);
    return this;
  }

  @Override
  public String toString() {
    return out.toString();
  }

  private Json begin(char opening, char closing) {
    out.append(opening);
    open.push(closing);
    first = true;
    return this;
  }

  private void name(String name) {
    comma();
    string(name);
    out.append(':');
  }

  private void comma() {
    if (!first) {
      out.append(',');
    }
    first = false;
  }

  private void string(String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      character(value.charAt(i));
    }
    out.append('"');
  }

  private void character(char c) {
    if (c == '"' || c == '\\') {
      out.append('\\').append(c);
    } else if (c == '\n') {
      out.append("\\n");
    } else if (isPlain(c)) {
      out.append(c);
    } else {
      out.append("\\u").append(Integer.toHexString(c | 0x10000), 1, 5);
    }
  }

  private static boolean isPlain(char c) {
    return c < 0x7f ? c >= ' ' : Character.isLetterOrDigit(c);
  }
}
