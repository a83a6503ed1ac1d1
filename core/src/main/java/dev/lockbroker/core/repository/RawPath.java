package dev.lockbroker.core.repository;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Paths as the bytes they are on Linux. Java turns them into text by the locale, and what the
 * locale has no letter for is lost, so in the text of two processes one path could look like two.
 * Only the form as a URI keeps every byte, in every locale.
 */
final class RawPath {
  private static final String HEX = "0123456789ABCDEF";

  private RawPath() {}

  /**
   * The path with these bytes.
   *
   * @throws InvalidPathException if no path can have them
   */
  static Path of(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        return fromForeignLetters(bytes, from, to);
      }
    }
    return Path.of(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
  }

  private static Path fromForeignLetters(byte[] bytes, int from, int to) {
    // Made absolute for the URI, and relative again where it was.
    StringBuilder uri = new StringBuilder("file:///");
    for (int i = from; i < to; i++) {
      uri.append('%').append(HEX.charAt(bytes[i] >> 4 & 15)).append(HEX.charAt(bytes[i] & 15));
    }
    try {
      Path absolute = Path.of(URI.create(uri.toString()));
      return bytes[from] == '/' ? absolute : absolute.subpath(0, absolute.getNameCount());
    } catch (IllegalArgumentException e) {
      throw new InvalidPathException(uri.toString(), String.valueOf(e.getMessage()));
    }
  }

  /** A text of ASCII letters without line breaks that stands for this absolute path. */
  static String toText(Path absolute) {
    String text = absolute.toUri().getRawPath();
    // A slash is added, or not, depending on whether it is a folder at this moment.
    return text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  /**
   * The path that a text stands for.
   *
   * @throws IllegalArgumentException if it stands for none
   */
  static Path fromText(String text) {
    if (!text.startsWith("/") || text.startsWith("//")) {
      throw new IllegalArgumentException("not an absolute path");
    }
    return Path.of(URI.create("file://".concat(text)));
  }

  /**
   * FNV-1a with 64 bits over the bytes of an absolute path, as 16 hex digits. Not collision-proof:
   * who uses it as a name must be able to live with two paths that have the same.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9923.html">RFC 9923</a>
   */
  static String hash(Path absolute) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : bytes(absolute)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    String hex = Long.toHexString(hash);
    return "0".repeat(16 - hex.length()).concat(hex);
  }

  /** The last name of an absolute path, read as UTF-8 in every locale. */
  static String fileName(Path absolute) {
    String name = absolute.getFileName().toString();
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) > 0x7f) {
        String path = new String(bytes(absolute), StandardCharsets.UTF_8);
        return path.substring(path.lastIndexOf('/') + 1);
      }
    }
    return name;
  }

  private static byte[] bytes(Path absolute) {
    String text = toText(absolute);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(text, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toByteArray();
  }
}
