package dev.lockbroker.cli;

import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.repository.Lockable;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;

/**
 * Git's automatic maintenance, which git must not begin by itself under a lock that it would
 * outlive. At most once an hour a process of its own asks for the whole repository, without
 * waiting, and runs it there; nobody waits for that process.
 */
final class Maintenance {
  static final String VARIABLE = "LOCKBROKER_MAINTENANCE";

  private static final long HOUR_MILLIS = 3_600_000;

  /**
   * Git decides whether there is anything to do, and the user whether it may. In the foreground: it
   * shall have ended when the lock is given back.
   */
  private static final String SCRIPT =
      """
      [ "$("$1" --git-dir="$2" config --type=bool --get maintenance.auto)" != false ] || exit 0
      exec "$3" run --wait none --quiet --label 'git maintenance' --repo "$2" -- \
        "$1" --git-dir="$2" -c gc.autoDetach=false -c maintenance.autoDetach=false \
        maintenance run --auto --quiet
      """;

  private Maintenance() {}

  /** Starts it if it is due; costs one look at a file otherwise. Never fails. */
  static void afterwards(Map<String, String> environment, Lockable place, String git) {
    String home = System.getProperty("lockbroker.home", "");
    long intervalMillis = intervalMillis(environment.getOrDefault(VARIABLE, ""));
    if (home.isEmpty() || intervalMillis < 0) {
      return;
    }
    try {
      if (isDue(place.journalDirectory().resolve("maintenance"), intervalMillis)) {
        start(List.of(git, place.key().toString(), home + "/bin/lockctl"));
      }
    } catch (IOException e) {
      // It is due again next time.
      return;
    }
  }

  /**
   * {@code auto}, {@code off}, or how long it is between two; wrong words count as {@code auto}.
   */
  private static long intervalMillis(String setting) {
    return switch (setting) {
      case "", "auto" -> HOUR_MILLIS;
      case "off" -> -1;
      default -> {
        try {
          yield Durations.parse(VARIABLE, setting).toMillis();
        } catch (CliException e) {
          yield HOUR_MILLIS;
        }
      }
    };
  }

  private static boolean isDue(Path stamp, long intervalMillis) throws IOException {
    long now = System.currentTimeMillis();
    try {
      long age = now - Files.getLastModifiedTime(stamp, LinkOption.NOFOLLOW_LINKS).toMillis();
      // A stamp from the future is from a clock that was wrong.
      if (age >= 0 && age < intervalMillis) {
        return false;
      }
      if (!Files.isRegularFile(stamp, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      Files.setLastModifiedTime(stamp, FileTime.fromMillis(now));
      return true;
    } catch (NoSuchFileException e) {
      return isFirst(stamp);
    }
  }

  private static boolean isFirst(Path stamp) throws IOException {
    try {
      Files.createFile(stamp);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void start(List<String> arguments) throws IOException {
    // In a session of its own: neither Ctrl-C nor the end of the terminal is meant for it.
    ProcessBuilder builder = new ProcessBuilder("setsid", "/bin/sh", "-c", SCRIPT, "lockctl");
    builder.command().addAll(arguments);
    Map<String, String> environment = builder.environment();
    Commands.restoreLocale(environment);
    for (String name :
        List.of(
            LeaseTag.VARIABLE,
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_COMMON_DIR",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            "GIT_QUARANTINE_PATH",
            "GIT_NAMESPACE",
            "GIT_CONFIG_PARAMETERS",
            "GIT_PREFIX")) {
      environment.remove(name);
    }
    File nothing = new File("/dev/null");
    builder.redirectInput(nothing).redirectOutput(nothing).redirectError(nothing);
    Process unused = builder.start();
  }
}
