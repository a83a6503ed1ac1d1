package dev.lockbroker.core.journal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Text as one word of printable ASCII: every byte of its UTF-8 form but letters, digits and {@code
 * . _ / : @ + = -} is written {@code %XX}. Empty text is a lone {@code -}.
 */
public final class PercentCodec {
  private static final String PLAIN = "._/:@+=-";
  private static final String DIGITS = "0123456789ABCDEF";

  private PercentCodec() {}

  static void encode(String text, StringBuilder out) {
    if (text.isEmpty()) {
      out.append('-');
      return;
    }
    if (text.equals("-")) {
      out.append("%2D");
      return;
    }
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (isPlain((char) (b & 0xff))) {
        out.append((char) b);
      } else {
        out.append('%').append(DIGITS.charAt((b >> 4) & 15)).append(DIGITS.charAt(b & 15));
      }
    }
  }

  /** The text as one word. */
  public static String encode(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    encode(text, out);
    return out.toString();
  }

  /**
   * The text that {@link #encode(String)} made this word from.
   *
   * @throws IllegalArgumentException if it made it from none
   */
  public static String decode(String word) {
    if (word.equals("-")) {
      return "";
    }
    byte[] bytes = new byte[word.length()];
    int length = 0;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c == '%') {
        bytes[length++] = (byte) (digit(word, i + 1) << 4 | digit(word, i + 2));
        i += 2;
      } else if (isPlain(c)) {
        bytes[length++] = (byte) c;
      } else {
        throw new IllegalArgumentException("a character that should be percent-encoded");
      }
    }
    return utf8(bytes, length);
  }

  private static String utf8(byte[] bytes, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("text that is not UTF-8", e);
    }
  }

  private static int digit(String word, int at) {
    int value = at < word.length() ? DIGITS.indexOf(word.charAt(at)) : -1;
    if (value < 0) {
      throw new IllegalArgumentException("a broken percent escape");
    }
    return value;
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || PLAIN.indexOf(c) >= 0;
  }
}
