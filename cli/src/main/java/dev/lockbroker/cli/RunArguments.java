package dev.lockbroker.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the arguments of {@code run} by hand. Making a parser of annotations takes longer than
 * everything else that is done before the command starts; so it gets only what is out of the
 * ordinary: help, errors, spellings that nobody uses. What this one reads it reads as that one
 * does, which a test makes sure of.
 */
final class RunArguments {
  private static final int LONGEST_NUMBER = 9;

  private final String[] args;
  private final RunCommand command = new RunCommand();
  private final List<String> seen = new ArrayList<>();
  private int next;

  private RunArguments(String[] args, int first) {
    this.args = args;
    this.next = first;
  }

  /**
   * The command that the arguments from the first on describe; null if the other parser has to say
   * what they mean.
   */
  static @Nullable RunCommand parse(String[] args, int first) {
    RunArguments arguments = new RunArguments(args, first);
    return arguments.read() ? arguments.command : null;
  }

  private boolean read() {
    while (next < args.length) {
      String word = args[next];
      if (word.equals("--") || word.isEmpty() || word.charAt(0) != '-') {
        int begin = word.equals("--") ? next + 1 : next;
        command.command = Arrays.asList(args).subList(begin, args.length);
        return begin < args.length;
      }
      next++;
      int equals = word.indexOf('=');
      if (!(equals < 0 ? flag(word) || option(word, following()) : option(word, equals))) {
        return false;
      }
    }
    return false;
  }

  private boolean option(String word, int equals) {
    return option(word.substring(0, equals), word.substring(equals + 1));
  }

  /** The value in the next word; null where there is none or it looks like an option. */
  private @Nullable String following() {
    if (next == args.length || args[next].startsWith("-")) {
      return null;
    }
    return args[next++];
  }

  private boolean flag(String name) {
    switch (name) {
      case "--worktree" -> command.options.worktree = true;
      case "--shared" -> command.options.shared = true;
      case "--quiet" -> command.options.quiet = true;
      case "--json" -> command.options.json = true;
      case "--verbose" -> command.common.verbose = true;
      default -> {
        return false;
      }
    }
    return isFirst(name);
  }

  private boolean option(String name, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      return false;
    }
    switch (name) {
      case "--repo" -> {
        return repository(value);
      }
      case "--scope" -> command.options.scope = value;
      case "--wait" -> command.options.wait = value;
      case "--ttl" -> command.options.ttl = value;
      case "--label" -> command.options.label = value;
      case OnLost.OPTION -> command.onLost = value;
      case "--git-locks" -> command.options.gitLocks = value;
      case "-E", "--conflict-exit-code" -> {
        return isNumber(value) && exitCode(value);
      }
      default -> {
        return false;
      }
    }
    return isFirst(name);
  }

  private boolean repository(String value) {
    List<String> chosen = command.repositories.chosen;
    if (chosen == null) {
      chosen = new ArrayList<>();
      command.repositories.chosen = chosen;
    }
    return chosen.add(value);
  }

  private boolean exitCode(String value) {
    command.options.conflictExitCode = Integer.parseInt(value);
    return isFirst("-E");
  }

  /** What is said twice is an error, and the other parser has the words for it. */
  private boolean isFirst(String name) {
    return !seen.contains(name) && seen.add(name);
  }

  private static boolean isNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return text.length() <= LONGEST_NUMBER;
  }
}
