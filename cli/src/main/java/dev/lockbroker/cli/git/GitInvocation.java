package dev.lockbroker.cli.git;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A git command line up to its sub-command: the options before it, read as git's own {@code
 * handle_options} does, and what they come to: where git works and under which variables.
 */
public final class GitInvocation {
  private final List<String> words;
  private Path folder;
  private Map<String, String> environment;
  private int command = -1;
  private boolean informative;
  private boolean strange;

  private GitInvocation(List<String> words, Path folder, Map<String, String> environment) {
    this.words = words;
    this.folder = folder;
    this.environment = environment;
  }

  /**
   * Reads a command line.
   *
   * @param words what follows {@code git}
   * @param folder where git is started
   * @param environment its variables
   */
  public static GitInvocation of(List<String> words, Path folder, Map<String, String> environment) {
    GitInvocation invocation = new GitInvocation(words, folder, environment);
    invocation.read();
    return invocation;
  }

  /** Where git works, after {@code -C}. */
  public Path folder() {
    return folder;
  }

  /** The variables that git works under, after {@code --git-dir} and the like. */
  public Map<String, String> environment() {
    return environment;
  }

  /** The options before the sub-command, as they are. */
  public List<String> options() {
    return words.subList(0, Math.max(0, command));
  }

  /** The sub-command; empty if there is none. */
  public String command() {
    return command < 0 ? "" : words.get(command);
  }

  /** What follows the sub-command. */
  public List<String> arguments() {
    return command < 0 ? List.of() : words.subList(command + 1, words.size());
  }

  /** Whether git only prints something about itself. */
  boolean isInformative() {
    return informative || (command < 0 && !strange);
  }

  /** Whether there is an option that we do not know: its value could be taken for the command. */
  boolean isStrange() {
    return strange;
  }

  private void read() {
    int i = 0;
    while (i < words.size()) {
      String word = words.get(i);
      if (!word.startsWith("-")) {
        command = i;
        return;
      }
      if (isQuestion(word)) {
        informative = true;
        return;
      }
      int used = isFlag(word) ? 1 : option(word, i);
      if (used == 0) {
        strange = true;
        return;
      }
      i += used;
    }
  }

  private static boolean isQuestion(String word) {
    return switch (word) {
      case "-h",
          "--help",
          "-v",
          "--version",
          "--exec-path",
          "--html-path",
          "--man-path",
          "--info-path" ->
          true;
      default -> word.startsWith("--list-cmds=");
    };
  }

  private boolean isFlag(String word) {
    return switch (word) {
      case "-p",
          "--paginate",
          "-P",
          "--no-pager",
          "--no-replace-objects",
          "--no-lazy-fetch",
          "--no-optional-locks",
          "--no-advice",
          "--literal-pathspecs",
          "--no-literal-pathspecs",
          "--glob-pathspecs",
          "--noglob-pathspecs",
          "--icase-pathspecs" ->
          true;
      case "--bare" -> bare();
      default -> word.startsWith("--exec-path=");
    };
  }

  /** The folder is the git directory, unless another one is named already. */
  private boolean bare() {
    if (!environment.containsKey("GIT_DIR")) {
      set("GIT_DIR", folder.toString());
    }
    return true;
  }

  /** How many words the option takes; 0 if it is none. */
  private int option(String word, int at) {
    boolean isLast = at + 1 >= words.size();
    return switch (word) {
      case "-C" -> !isLast && enter(words.get(at + 1)) ? 2 : 0;
      case "-c", "--config-env", "--shallow-file", "--attr-source", "--super-prefix" -> 2;
      case "--git-dir", "--work-tree", "--namespace" ->
          !isLast && set(variable(word), words.get(at + 1)) ? 2 : 0;
      default -> joined(word) ? 1 : 0;
    };
  }

  /** {@code --option=value}. */
  private boolean joined(String word) {
    int equals = word.indexOf('=');
    if (equals < 0) {
      return false;
    }
    String name = word.substring(0, equals);
    return switch (name) {
      case "--git-dir", "--work-tree", "--namespace" ->
          set(variable(name), word.substring(equals + 1));
      case "--config-env", "--attr-source", "--super-prefix" -> true;
      default -> false;
    };
  }

  private static String variable(String option) {
    return switch (option) {
      case "--git-dir" -> "GIT_DIR";
      case "--work-tree" -> "GIT_WORK_TREE";
      default -> "GIT_NAMESPACE";
    };
  }

  private boolean enter(String path) {
    try {
      folder = folder.resolve(path);
      return true;
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private boolean set(String variable, String value) {
    Map<String, String> changed = new HashMap<>(environment);
    changed.put(variable, value);
    environment = changed;
    return true;
  }
}
