package dev.lockbroker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The scripts that we put beside git, as they are in our jar. */
final class ShellText {
  private ShellText() {}

  /**
   * A script of this package with the version filled in.
   *
   * @throws IllegalStateException if our jar has no such script
   */
  static String of(String resource) throws IOException {
    try (InputStream in = ShellText.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("our jar has no " + resource);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.replace("@VERSION@", Version.number());
    }
  }

  /** One word for a shell, whatever is in it. */
  static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
