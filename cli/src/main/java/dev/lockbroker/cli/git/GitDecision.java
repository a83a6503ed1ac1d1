package dev.lockbroker.cli.git;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From a git command line to what has to be locked for it. Pure; never throws. */
public final class GitDecision {
  /** Aliases of aliases; a cycle ends here, and git says what it thinks of it. */
  private static final int MOST_ALIASES = 16;

  private final GitLookup lookup;
  private final GitInvocation invocation;
  private final Needs needs = new Needs();

  private GitDecision(GitLookup lookup, GitInvocation invocation) {
    this.lookup = lookup;
    this.invocation = invocation;
  }

  /**
   * Decides.
   *
   * @param words what follows {@code git}
   * @param folder where git is started
   * @param environment its variables
   */
  public static GitPlan of(
      List<String> words, Path folder, Map<String, String> environment, GitLookup lookup) {
    GitInvocation invocation = GitInvocation.of(words, folder, environment);
    return new GitDecision(lookup, invocation).plan();
  }

  private GitPlan plan() {
    if (invocation.isInformative()) {
      needs.pass();
      return made(true);
    }
    if (invocation.isStrange()) {
      needs.all();
      return made(false);
    }
    return of(invocation.command(), invocation.arguments(), 0);
  }

  private GitPlan made(boolean isKnown) {
    return needs.plan(invocation.folder(), invocation.environment(), isKnown);
  }

  private GitPlan of(String command, List<String> arguments, int depth) {
    if (!arguments.isEmpty() && arguments.get(0).equals("--help")) {
      needs.pass();
      return made(true);
    }
    if (GitTable.isKnown(command)) {
      return known(command, arguments);
    }
    List<String> expanded = depth < MOST_ALIASES ? expanded(command, arguments) : null;
    if (expanded != null) {
      return of(expanded.get(0), expanded.subList(1, expanded.size()), depth + 1);
    }
    needs.all();
    return made(false);
  }

  /** What the alias comes to; null if it is none that could be looked into. */
  private @Nullable List<String> expanded(String command, List<String> arguments) {
    if (command.isEmpty() || lookup.hasProgram(command)) {
      return null;
    }
    String alias = lookup.alias(invocation, command);
    if (alias == null || alias.startsWith("!")) {
      return null;
    }
    List<String> words = AliasText.words(alias);
    if (words == null) {
      return null;
    }
    words.addAll(arguments);
    GitInvocation inner = GitInvocation.of(words, invocation.folder(), invocation.environment());
    // Options in an alias that change where git works are refused by git.
    if (inner.isInformative()
        || inner.isStrange()
        || inner.environment() != invocation.environment()) {
      return null;
    }
    List<String> expanded = new ArrayList<>();
    expanded.add(inner.command());
    expanded.addAll(inner.arguments());
    return expanded;
  }

  private GitPlan known(String command, List<String> arguments) {
    if (arguments.size() == 1 && arguments.get(0).equals("-h")) {
      needs.pass();
      return made(true);
    }
    String row = GitTable.row(command + "/" + subCommand(arguments));
    row = row != null ? row : GitTable.row(command);
    if (row == null) {
      needs.all();
    } else if (row.equals(" init?")) {
      return init(arguments);
    } else {
      apply(row, arguments);
    }
    return made(true);
  }

  /**
   * The word that says which of its commands is meant. Only options that are known to take no value
   * may stand before it: else a value could be taken for it.
   */
  private static String subCommand(List<String> arguments) {
    int i = 0;
    while (i < arguments.size()) {
      String word = arguments.get(i);
      int skipped = skipped(word);
      if (skipped == 0) {
        return word.startsWith("-") || word.isEmpty() ? "-" : word;
      }
      i += skipped;
    }
    return "";
  }

  private static int skipped(String word) {
    return switch (word) {
      case "-v", "--verbose", "-q", "--quiet", "--cached" -> 1;
      case "--ref", "--object-dir" -> 2;
      default -> word.startsWith("--ref=") || word.startsWith("--object-dir=") ? 1 : 0;
    };
  }

  private void apply(String row, List<String> arguments) {
    int start = 1;
    while (start < row.length()) {
      int space = row.indexOf(' ', start);
      int end = space < 0 ? row.length() : space;
      word(row.substring(start, end), arguments);
      start = end + 1;
    }
  }

  private void word(String word, List<String> arguments) {
    switch (word) {
      case "read" -> needs.read();
      case "pass" -> needs.pass();
      case "worktree" -> needs.worktree();
      case "objects" -> needs.objects();
      case "tidy" -> needs.tidy();
      case "config", "fetch", "stash" -> needs.scope("/".concat(word));
      case "branches" -> needs.scope("/branch");
      case "notes" -> needs.scope("/ref/notes");
      default -> new GitRules(invocation, arguments, lookup, needs).apply(word);
    }
  }

  /** What is made in a new folder is nobody else's; made again, it is the whole repository. */
  private GitPlan init(List<String> arguments) {
    Words words =
        new Words(
            arguments,
            "b",
            " --template --separate-git-dir --initial-branch --object-format --ref-format ");
    List<String> names = words.positionals();
    try {
      Path target =
          names.isEmpty() ? invocation.folder() : invocation.folder().resolve(names.get(0));
      Path place = words.has("--bare") ? target : target.resolve(".git");
      // Never further up: git does not look there either.
      Map<String, String> there =
          invocation.environment().containsKey("GIT_DIR")
              ? invocation.environment()
              : Map.of("GIT_DIR", place.toString());
      if (lookup.isRepository(target, there)) {
        needs.all();
        return needs.plan(target, there, true);
      }
    } catch (InvalidPathException e) {
      // Git will say so.
    }
    needs.pass();
    return made(true);
  }
}
