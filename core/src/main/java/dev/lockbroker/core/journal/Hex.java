package dev.lockbroker.core.journal;

/** Fixed-width hexadecimal, without the machinery of {@code String.format}. */
final class Hex {
  private static final char[] DIGITS = "0123456789abcdef".toCharArray();

  private Hex() {}

  static String of(long value, int digits) {
    char[] out = new char[digits];
    long rest = value;
    for (int i = digits - 1; i >= 0; i--) {
      out[i] = DIGITS[(int) (rest & 15)];
      rest >>>= 4;
    }
    return new String(out);
  }

  static boolean isHex(String text, int digits) {
    if (text.length() != digits) {
      return false;
    }
    for (int i = 0; i < digits; i++) {
      if (Character.digit(text.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }
}
