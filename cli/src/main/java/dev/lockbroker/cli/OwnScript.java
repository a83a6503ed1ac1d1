package dev.lockbroker.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A script of ours at a place where something else could be, too. That it is ours is said by a word
 * in its second line; nothing without it is ever written over or removed.
 *
 * @param file where it is, or would be
 * @param marker the word
 */
record OwnScript(Path file, String marker) {
  private static final int HEAD_BYTES = 300;

  /** Whether anything is there, be it a broken link. */
  boolean isAnythingThere() {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether what is there is ours. A file that cannot be read is not. */
  boolean isOurs() {
    return version() != null;
  }

  /** The version that the script names; null if it is none of ours. */
  @Nullable String version() {
    return versionIn(file, marker);
  }

  /** The version behind the marker in the second line of a script; null if there is none. */
  static @Nullable String versionIn(Path file, String marker) {
    String head = head(file);
    int second = head.indexOf('\n') + 1;
    int end = head.indexOf('\n', Math.max(second, 0));
    if (!head.startsWith("#!") || second == 0 || end < 0) {
      return null;
    }
    String line = head.substring(second, end);
    String start = "# " + marker + " ";
    int colon = line.indexOf(':');
    return line.startsWith(start) && colon > 0 ? line.substring(start.length(), colon) : null;
  }

  private static String head(Path file) {
    if (!Files.isRegularFile(file)) {
      return "";
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return new String(in.readNBytes(HEAD_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** Writes it in one step: whoever starts it meanwhile gets the former or the new one, whole. */
  void write(String text) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path made = Files.createTempFile(folder, ".lockbroker", ".new");
    try {
      Files.writeString(made, text);
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(made);
    }
  }
}
