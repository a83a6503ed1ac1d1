package dev.lockbroker.cli;

import dev.lockbroker.core.repository.Lockable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What git is told by its environment while it runs under us.
 *
 * <p>A writer does no maintenance of its own, for that goes on in the background when the lock is
 * given back; and it waits longer for locks of single refs, which a git outside of us may have for
 * a moment, unless a config file of the user's says how long. These settings come after those that
 * are in {@code GIT_CONFIG_COUNT} already; what {@code git -c} says comes after all of them.
 */
final class GitVariables {
  /** A reader takes no lock that it can do without. */
  static final Map<String, String> OF_READERS = Map.of("GIT_OPTIONAL_LOCKS", "0");

  private static final String COUNT = "GIT_CONFIG_COUNT";
  private static final String[] TIMEOUTS = {"core.filesRefLockTimeout", "core.packedRefsTimeout"};
  private static final String TIMEOUT_MILLIS = "5000";

  /** More than anybody sets by hand; with a wrong count git says so itself. */
  private static final int MOST_ENTRIES = 1000;

  private static final long MOST_OF_A_CONFIG = 1 << 20;

  private final Map<String, String> environment;
  private final Map<String, String> variables = new HashMap<>();
  private int count;

  private GitVariables(Map<String, String> environment, int count) {
    this.environment = environment;
    this.count = count;
  }

  /** For a command that writes to this repository. */
  static Map<String, String> ofWriters(Map<String, String> environment, Lockable place) {
    int count = count(environment.getOrDefault(COUNT, ""));
    if (count < 0) {
      return Map.of();
    }
    GitVariables made = new GitVariables(environment, count);
    made.add("gc.auto", "0");
    made.add("maintenance.auto", "false");
    for (String timeout : TIMEOUTS) {
      if (made.lastOf(timeout) == null && !made.isSetByUser(timeout, place)) {
        made.add(timeout, TIMEOUT_MILLIS);
      }
    }
    return made.variables;
  }

  private static int count(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      count = c >= '0' && c <= '9' && count <= MOST_ENTRIES ? count * 10 + c - '0' : -1;
      if (count < 0) {
        return -1;
      }
    }
    return count <= MOST_ENTRIES ? count : -1;
  }

  /** Not again in a command inside a command. */
  private void add(String key, String value) {
    if (value.equals(lastOf(key))) {
      return;
    }
    variables.put("GIT_CONFIG_KEY_" + count, key);
    variables.put("GIT_CONFIG_VALUE_" + count, value);
    count++;
    variables.put(COUNT, Integer.toString(count));
  }

  /** What the environment says last of a setting; null if nothing. */
  private @Nullable String lastOf(String key) {
    String last = null;
    for (int i = 0; i < count; i++) {
      if (key.equalsIgnoreCase(environment.get("GIT_CONFIG_KEY_" + i))) {
        last = environment.get("GIT_CONFIG_VALUE_" + i);
      }
    }
    return last;
  }

  /** Whether the name occurs in a config file; those that are included are not looked at. */
  private boolean isSetByUser(String key, Lockable place) {
    String name = key.substring(key.indexOf('.') + 1).toLowerCase(Locale.ROOT);
    Path own = place.gitDirectory();
    String home = environment.getOrDefault("HOME", "");
    String folder = environment.getOrDefault("XDG_CONFIG_HOME", "");
    String global = environment.get("GIT_CONFIG_GLOBAL");
    return mentions(place.key() + "/config", name)
        || (own != null && mentions(own + "/config.worktree", name))
        || (global != null
            ? mentions(global, name)
            : mentions(home + "/.gitconfig", name)
                || mentions((folder.isEmpty() ? home + "/.config" : folder) + "/git/config", name))
        || mentions(environment.getOrDefault("GIT_CONFIG_SYSTEM", "/etc/gitconfig"), name);
  }

  private static boolean mentions(String file, String name) {
    try {
      Path path = Path.of(file);
      if (!Files.isRegularFile(path) || Files.size(path) > MOST_OF_A_CONFIG) {
        return false;
      }
      String text = new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
      return text.toLowerCase(Locale.ROOT).contains(name);
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }
}
