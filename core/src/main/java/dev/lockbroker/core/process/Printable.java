package dev.lockbroker.core.process;

/** Makes text of unknown origin safe to print on a terminal. */
public final class Printable {
  private static final int MOST_CHARACTERS = 200;

  private Printable() {}

  /** The text with its control and formatting characters escaped, cut at 200 characters. */
  public static String text(String raw) {
    return text(raw, MOST_CHARACTERS);
  }

  /** The same, cut at another length. */
  public static String text(String raw, int most) {
    StringBuilder safe = new StringBuilder();
    int at = 0;
    while (at < raw.length()) {
      int character = raw.codePointAt(at);
      String piece = isPlain(character) ? Character.toString(character) : escaped(character);
      if (safe.length() + piece.length() > most) {
        break;
      }
      safe.append(piece);
      at += Character.charCount(character);
    }
    return safe.toString();
  }

  private static boolean isPlain(int character) {
    return switch (Character.getType(character)) {
      // Formatting characters can turn the direction of what follows and so fake a line.
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static String escaped(int character) {
    String hex = Integer.toHexString(character);
    if (character > 0xff) {
      return "\\u{" + hex + "}";
    }
    return (character < 0x10 ? "\\x0" : "\\x") + hex;
  }
}
