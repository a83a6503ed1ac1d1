package dev.lockbroker.broker;

import dev.lockbroker.core.process.Printable;
import dev.lockbroker.proto.v1.Reason;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Paths in messages: UTF-8, whatever the locale of the broker is. Java reads the text of a path by
 * the locale it was started in; only the form as a URI does not depend on it.
 */
final class WirePath {
  private WirePath() {}

  /** The path that a message names. */
  static Path of(String text) throws RefusedException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes[0] != '/' || bytes.length > Limits.PATH_BYTES) {
      throw new RefusedException(
          Reason.INVALID,
          "a path is absolute and at most "
              + Limits.PATH_BYTES
              + " bytes long, not '"
              + Printable.text(text)
              + "'");
    }
    try {
      return bytes.length == text.length() ? Path.of(text) : foreign(bytes);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(Reason.INVALID, "'" + Printable.text(text) + "' is no path");
    }
  }

  private static Path foreign(byte[] bytes) {
    StringBuilder uri = new StringBuilder("file://");
    for (byte b : bytes) {
      if (b == '/') {
        uri.append('/');
      } else {
        uri.append('%').append(Character.forDigit(b >> 4 & 15, 16));
        uri.append(Character.forDigit(b & 15, 16));
      }
    }
    return Path.of(URI.create(uri.toString()));
  }
}
