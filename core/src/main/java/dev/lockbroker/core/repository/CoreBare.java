package dev.lockbroker.core.repository;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;

/**
 * Reads one setting, {@code core.bare}, of a repository's own config file.
 *
 * <p>Only the form that git itself writes is understood. All else (included files, {@code
 * config.worktree}, odd layout) reads as "not bare", and that is the careful answer: a lock is then
 * taken on a working tree that is not there.
 */
final class CoreBare {
  private static final int MOST_OF_A_CONFIG = 1 << 20;

  private static final Remembered CONFIGS = new Remembered();

  private CoreBare() {}

  static boolean isSetIn(Path commonDirectory) {
    Path config = commonDirectory.resolve("config");
    try {
      BasicFileAttributes attributes = Files.readAttributes(config, BasicFileAttributes.class);
      Boolean known = CONFIGS.of(config, attributes);
      return known != null ? known : read(config, attributes);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean read(Path config, BasicFileAttributes attributes) throws IOException {
    byte[] bytes = GitDirectory.read(config, MOST_OF_A_CONFIG);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    boolean bare = isSetIn(new BufferedReader(new StringReader(text)));
    CONFIGS.note(config, attributes, bare, System.currentTimeMillis());
    return bare;
  }

  private static boolean isSetIn(BufferedReader lines) throws IOException {
    boolean inCore = false;
    boolean bare = false;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String setting = line.strip().toLowerCase(Locale.ROOT);
      if (setting.startsWith("[")) {
        inCore = setting.equals("[core]");
      } else if (inCore && setting.startsWith("bare")) {
        bare = isTrue(setting.substring(4).strip());
      }
    }
    return bare;
  }

  private static boolean isTrue(String assignment) {
    if (!assignment.startsWith("=")) {
      return assignment.isEmpty();
    }
    String value = assignment.substring(1).strip();
    return value.equals("true") || value.equals("yes") || value.equals("on") || value.equals("1");
  }
}
