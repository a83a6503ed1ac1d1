package dev.lockbroker.core.git;

import java.util.List;
import java.util.Set;

/** What a git process was told to do, as far as it matters for which locks it may have made. */
final class GitCommand {
  /** Make no lock at all. Daemons among them outlive what started them. */
  private static final Set<String> READERS =
      Set.of(
          "log",
          "show",
          "shortlog",
          "cat-file",
          "rev-parse",
          "rev-list",
          "ls-files",
          "ls-tree",
          "ls-remote",
          "blame",
          "grep",
          "for-each-ref",
          "show-ref",
          "name-rev",
          "merge-base",
          "var",
          "help",
          "version",
          "upload-pack",
          "upload-archive",
          "archive",
          "pack-objects",
          "credential",
          "credential-cache",
          "credential-cache--daemon",
          "credential-store",
          "fsmonitor--daemon");

  /** Lock HEAD and index of the tree that they work in, and of no other. */
  private static final Set<String> OF_ONE_TREE =
      Set.of(
          "add",
          "am",
          "apply",
          "checkout",
          "cherry-pick",
          "clean",
          "commit",
          "commit-tree",
          "diff",
          "diff-files",
          "diff-index",
          "editor",
          "fetch",
          "merge",
          "mv",
          "push",
          "rebase",
          "reset",
          "restore",
          "revert",
          "rm",
          "stash",
          "status",
          "switch",
          "tag",
          "update-index",
          "write-tree");

  /** Global options that are followed by a word of their own. */
  private static final Set<String> WITH_WORD =
      Set.of("-C", "-c", "--git-dir", "--work-tree", "--namespace", "--super-prefix");

  private final String word;

  private GitCommand(String word) {
    this.word = word;
  }

  /** The command of a git process with these arguments; unknown if they say none. */
  static GitCommand of(List<String> arguments) {
    if (arguments.isEmpty()) {
      return new GitCommand("");
    }
    String program = arguments.get(0);
    program = program.substring(program.lastIndexOf('/') + 1);
    if (program.startsWith("git-")) {
      return new GitCommand(program.substring("git-".length()));
    }
    for (int i = 1; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (WITH_WORD.contains(argument)) {
        i++;
      } else if (!argument.startsWith("-")) {
        return new GitCommand(argument);
      }
    }
    return new GitCommand("");
  }

  boolean isReader() {
    return READERS.contains(word);
  }

  boolean staysInItsTree() {
    return OF_ONE_TREE.contains(word);
  }
}
