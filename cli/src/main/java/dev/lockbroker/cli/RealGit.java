package dev.lockbroker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The git that is meant: never one that would call us again. */
final class RealGit {
  static final String VARIABLE = "LOCKBROKER_GIT";

  /** Stands in the first lines of every script that is a {@code git} of ours. */
  static final String SHIM_MARKER = "lockbroker-shim";

  private static final int HEAD_OF_A_SCRIPT = 512;

  private RealGit() {}

  /**
   * Its path: {@code $LOCKBROKER_GIT}, else the first on the search path.
   *
   * @throws CliException with 127 if there is none
   */
  static String find(Map<String, String> environment) {
    String chosen = environment.get(VARIABLE);
    if (chosen != null && isReal(chosen)) {
      return chosen;
    }
    if (chosen != null && !chosen.isEmpty() && !isShim(Path.of(chosen))) {
      throw new CliException(
          ExitCode.SETTINGS,
          VARIABLE + " is " + Shown.quoted(chosen) + ", which is no program; correct or unset it");
    }
    String found = onPath("git", environment.get("PATH"));
    if (found == null) {
      throw new CliException(
          ExitCode.NOT_FOUND,
          "there is no git on PATH but ours; install git, or set " + VARIABLE + " to the real one");
    }
    return found;
  }

  /** The first program of that name that is none of ours; null if there is none. */
  static @Nullable String onPath(String name, @Nullable String searchPath) {
    String path = searchPath == null ? "/usr/local/bin:/usr/bin:/bin" : searchPath;
    int start = 0;
    while (start <= path.length()) {
      int colon = path.indexOf(':', start);
      int end = colon < 0 ? path.length() : colon;
      String candidate = (start == end ? "." : path.substring(start, end)) + "/" + name;
      if (isReal(candidate)) {
        return candidate;
      }
      start = end + 1;
    }
    return null;
  }

  private static boolean isReal(String candidate) {
    try {
      Path file = Path.of(candidate);
      return Files.isExecutable(file) && Files.isRegularFile(file) && !isShim(file);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static boolean isShim(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(HEAD_OF_A_SCRIPT);
      return head.length > 1
          && head[0] == '#'
          && new String(head, StandardCharsets.ISO_8859_1).contains(SHIM_MARKER);
    } catch (IOException e) {
      // What cannot be read can be executed all the same, and is no script then.
      return false;
    }
  }
}
