package dev.lockbroker.cli;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The command to be run: known to be there before anybody waits for a lock on its behalf. */
final class Commands {
  private static final int LABEL_WORDS = 3;
  private static final int LABEL_LENGTH = 40;

  private Commands() {}

  /**
   * Checks that the command can be started, as {@code execvp} would look for it.
   *
   * @throws CliException with 126 or 127, as shells say it
   */
  static void requireExecutable(String command, @Nullable String searchPath) {
    if (command.indexOf('/') >= 0) {
      requireExecutable(command, List.of(command));
    } else if (searchPath != null) {
      requireExecutable(command, candidates(searchPath, command));
    }
  }

  private static List<String> candidates(String searchPath, String name) {
    List<String> candidates = new ArrayList<>();
    int start = 0;
    while (start <= searchPath.length()) {
      int colon = searchPath.indexOf(File.pathSeparatorChar, start);
      int end = colon < 0 ? searchPath.length() : colon;
      candidates.add(end == start ? name : searchPath.substring(start, end) + "/" + name);
      start = end + 1;
    }
    return candidates;
  }

  private static void requireExecutable(String command, List<String> candidates) {
    boolean isThere = false;
    for (String candidate : candidates) {
      Path file = path(candidate);
      if (file != null && Files.exists(file)) {
        if (Files.isExecutable(file) && !Files.isDirectory(file)) {
          return;
        }
        isThere = true;
      }
    }
    throw isThere
        ? new CliException(
            ExitCode.NOT_EXECUTABLE,
            Shown.quoted(command) + " cannot be executed; check its permissions")
        : new CliException(
            ExitCode.NOT_FOUND,
            "there is no command " + Shown.quoted(command) + "; check its spelling and your PATH");
  }

  private static @Nullable Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** How the command line begins: enough for people to recognise it, too little for its secrets. */
  static String label(List<String> command) {
    StringBuilder out = new StringBuilder();
    for (String word : command.subList(0, Math.min(LABEL_WORDS, command.size()))) {
      String next = out.length() == 0 ? word : " ".concat(word);
      if (out.length() + next.length() > LABEL_LENGTH) {
        break;
      }
      out.append(next);
    }
    return out.length() > 0 ? out.toString() : name(command.get(0));
  }

  private static String name(String command) {
    String name = command.substring(command.lastIndexOf('/') + 1);
    return name.length() <= LABEL_LENGTH ? name : name.substring(0, LABEL_LENGTH);
  }

  /**
   * Java knows arguments as text only. One that is no UTF-8 would reach the command as something
   * else, so it is refused.
   */
  static void requireText(List<String> command) {
    for (String word : command) {
      if (word.indexOf('\ufffd') >= 0 && !isUtf8(ownCommandLine())) {
        throw new CliException(
            ExitCode.USAGE,
            "an argument of the command is not UTF-8 and would not reach it unchanged: "
                + Shown.quoted(word)
                + "; put the command into a script");
      }
    }
  }

  private static byte[] ownCommandLine() {
    try {
      return Files.readAllBytes(Path.of("/proc/self/cmdline"));
    } catch (IOException e) {
      return new byte[0];
    }
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /**
   * Gives a child the locale that the launcher had to change for the JVM; it left {@code =} and the
   * former value, or nothing where there was none.
   */
  static void restoreLocale(Map<String, String> environment) {
    String original = environment.remove("LOCKBROKER_LC_ALL");
    if (original == null) {
      return; // not started by the launcher
    }
    if (original.isEmpty()) {
      environment.remove("LC_ALL");
    } else {
      environment.put("LC_ALL", original.substring(1));
    }
  }
}
