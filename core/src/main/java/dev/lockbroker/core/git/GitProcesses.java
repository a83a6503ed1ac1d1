package dev.lockbroker.core.git;

import dev.lockbroker.core.process.ProcessSight;
import dev.lockbroker.core.process.ProcessSurvey;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The living git processes that may be at work in a repository: by their working directory, or
 * because their arguments or environment name it. A lock is known to be dead only if none of them
 * can have made it; that nobody has it open says nothing, because git closes its lock files while
 * hooks and editors run.
 *
 * <p>Programs that use a library instead of git itself cannot be recognized.
 */
final class GitProcesses {
  private static final List<String> PATH_VARIABLES =
      List.of("GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE");

  private final List<Presence> presences;

  private GitProcesses(List<Presence> presences) {
    this.presences = presences;
  }

  /**
   * A process in the repository.
   *
   * @param trees whose working trees it may touch
   * @param everything whether it may touch anything, being in the shared part or out of sight
   */
  private record Presence(
      ProcessSight process, GitCommand command, Set<String> trees, boolean everything) {
    boolean touches(Tree tree) {
      return everything || trees.contains(tree.id());
    }
  }

  /**
   * Looks at all processes.
   *
   * @throws IOException if they could not all be listed
   */
  static GitProcesses look(ProcessSurvey survey, Layout layout) throws IOException {
    List<Presence> presences = new ArrayList<>();
    for (ProcessSight process : survey.named("git", "GIT_")) {
      GitCommand command = GitCommand.of(process.arguments());
      Presence presence = presence(process, command, layout);
      if (!command.isReader() && (presence.everything || !presence.trees.isEmpty())) {
        presences.add(presence);
      }
    }
    return new GitProcesses(presences);
  }

  private static Presence presence(ProcessSight process, GitCommand command, Layout layout) {
    Path directory = process.directory();
    if (directory == null || !process.isWhole()) {
      return new Presence(process, command, Set.of(), true);
    }
    Set<String> trees = new HashSet<>();
    boolean everything = false;
    for (Path place : places(process, directory)) {
      Tree tree = layout.treeAt(place);
      if (tree != null) {
        trees.add(tree.id());
        everything |= layout.isShared(place) && !isMainIndex(place, layout);
      }
    }
    return new Presence(process, command, trees, everything);
  }

  /** Hooks of the main tree are told its git directory; that is not yet the shared part. */
  private static boolean isMainIndex(Path place, Layout layout) {
    return place.equals(layout.common()) || place.equals(layout.common().resolve("index"));
  }

  /** Where it is, and all places that it was told of. */
  private static List<Path> places(ProcessSight process, Path directory) {
    List<Path> places = new ArrayList<>();
    places.add(directory);
    for (Map.Entry<String, String> variable : process.environment().entrySet()) {
      if (PATH_VARIABLES.contains(variable.getKey())) {
        add(places, directory, variable.getValue());
      }
    }
    List<String> arguments = process.arguments();
    for (int i = 1; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int sign = argument.indexOf('=');
      if (argument.startsWith("--git-dir=") || argument.startsWith("--work-tree=")) {
        add(places, directory, argument.substring(sign + 1));
      } else if (argument.startsWith("/") || isPathOption(arguments.get(i - 1))) {
        add(places, directory, argument);
      }
    }
    return places;
  }

  private static boolean isPathOption(String option) {
    return option.equals("-C") || option.equals("--git-dir") || option.equals("--work-tree");
  }

  private static void add(List<Path> places, Path directory, String text) {
    try {
      places.add(Layout.real(directory.resolve(text)));
    } catch (InvalidPathException e) {
      // Git could not go there, either.
    }
  }

  /** Those that may have made this lock. */
  List<ProcessSight> suspectsOf(Leftover leftover) {
    List<ProcessSight> suspects = new ArrayList<>();
    for (Presence presence : presences) {
      if (canHaveMade(presence, leftover)) {
        suspects.add(presence.process);
      }
    }
    return suspects;
  }

  private static boolean canHaveMade(Presence presence, Leftover leftover) {
    long uid = presence.process.uid();
    // A file belongs to whoever made it; a process that root seems to own may be somebody else's.
    if (uid > 0 && uid != leftover.uid()) {
      return false;
    }
    Tree tree = leftover.tree();
    return tree == null
        || presence.touches(tree)
        || (leftover.kind() != Leftover.Kind.INDEX && !presence.command.staysInItsTree());
  }
}
