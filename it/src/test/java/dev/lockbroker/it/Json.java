package dev.lockbroker.it;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A strict little reader of JSON, so that what we print is judged by somebody else's rules. */
final class Json {
  private final Object value;

  private Json(Object value) {
    this.value = value;
  }

  /** Reads a whole text; anything that RFC 8259 forbids is an {@link AssertionError}. */
  static Json parse(String text) {
    Reader reader = new Reader(text);
    Object value = reader.value();
    reader.end();
    return new Json(value);
  }

  String text(String member) {
    return (String) member(member);
  }

  long number(String member) {
    return Long.parseLong(member(member).toString());
  }

  Json object(String member) {
    return new Json(member(member));
  }

  List<Json> list(String member) {
    List<Json> elements = new ArrayList<>();
    for (Object element : (List<?>) member(member)) {
      elements.add(new Json(element));
    }
    return elements;
  }

  boolean isNull(String member) {
    return member(member) == Reader.NULL;
  }

  /** Maps, lists, strings, numbers, booleans, and whatever {@link #isNull} knows. */
  Object raw() {
    return value;
  }

  private Object member(String name) {
    Object found = value instanceof Map<?, ?> map ? map.get(name) : null;
    if (found == null) {
      throw new AssertionError("no " + name + " in " + this);
    }
    return found;
  }

  @Override
  public String toString() {
    return value.toString();
  }

  private static final class Reader {
    static final Object NULL =
        new Object() {
          @Override
          public String toString() {
            return "null";
          }
        };

    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    Object value() {
      blank();
      Object value =
          switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> literal();
          };
      blank();
      return value;
    }

    private Object object() {
      Map<String, Object> members = new LinkedHashMap<>();
      at++;
      blank();
      while (peek() != '}') {
        blank();
        String name = string();
        blank();
        expect(':');
        if (members.put(name, value()) != null) {
          throw broken("a name twice");
        }
        if (peek() != '}') {
          expect(',');
          blank();
          if (peek() == '}') {
            throw broken("a comma before }");
          }
        }
      }
      at++;
      return members;
    }

    private Object array() {
      List<Object> elements = new ArrayList<>();
      at++;
      blank();
      while (peek() != ']') {
        elements.add(value());
        if (peek() != ']') {
          expect(',');
          blank();
          if (peek() == ']') {
            throw broken("a comma before ]");
          }
        }
      }
      at++;
      return elements;
    }

    private String string() {
      expect('"');
      StringBuilder out = new StringBuilder();
      while (peek() != '"') {
        char c = next();
        if (c < ' ') {
          throw broken("a control character");
        }
        out.append(c == '\\' ? escaped() : c);
      }
      at++;
      return out.toString();
    }

    private char escaped() {
      char c = next();
      if (c == 'u') {
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      int index = "\"\\/bfnrt".indexOf(c);
      if (index < 0) {
        throw broken("an unknown escape");
      }
      return "\"\\/\b\f\n\r\t".charAt(index);
    }

    private Object literal() {
      int start = at;
      while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      String word = text.substring(start, at);
      if (word.equals("null")) {
        return NULL;
      }
      if (word.equals("true") || word.equals("false")) {
        return Boolean.valueOf(word);
      }
      if (!word.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
        throw broken("no value");
      }
      return word.matches("-?[0-9]+") ? Long.valueOf(word) : new java.math.BigDecimal(word);
    }

    private char peek() {
      if (at >= text.length()) {
        throw broken("too short");
      }
      return text.charAt(at);
    }

    private char next() {
      char c = peek();
      at++;
      return c;
    }

    private void expect(char c) {
      if (next() != c) {
        at--;
        throw broken("no " + c);
      }
    }

    private void blank() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    void end() {
      if (at < text.length()) {
        throw broken("too long");
      }
    }

    private AssertionError broken(String why) {
      return new AssertionError("not JSON at " + at + " (" + why + "): " + text);
    }
  }
}
