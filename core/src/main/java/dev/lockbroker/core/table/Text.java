package dev.lockbroker.core.table;

/** Text that came from somebody else, made fit to be shown. */
public final class Text {
  /** What a message quotes of a foreign text at the most. */
  private static final int MAX_SHOWN = 200;

  private Text() {}

  /**
   * The text with control characters (terminal escapes, line breaks) written as {@code \xNN}, cut
   * after 200 characters.
   */
  public static String printable(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_SHOWN) + 8);
    for (int i = 0; i < text.length(); i++) {
      if (out.length() >= MAX_SHOWN) {
        return out.append('…').toString();
      }
      appendPrintable(out, text.charAt(i));
    }
    return out.toString();
  }

  /** Whether every surrogate has its other half, so that UTF-8 gives the same text back. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /** Bytes that well-formed text takes in UTF-8. */
  static int utf8Length(String text) {
    int length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        length += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return length;
  }

  private static void appendPrintable(StringBuilder out, char c) {
    if (Character.isISOControl(c) || isInvisible(c)) {
      out.append("\\x").append(Integer.toHexString(c));
    } else {
      out.append(c);
    }
  }

  /** Line separators and the bidirectional controls, which can make a line read as another one. */
  private static boolean isInvisible(char c) {
    return c == '\u2028'
        || c == '\u2029'
        || (c >= '\u202a' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');
  }
}
