package dev.lockbroker.core.git;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Tells linked working trees whose making was broken off. While {@code git worktree add} runs, the
 * tree's directory has a file {@code locked}, and until the first checkout is done it has no index;
 * a tree that was added and then locked on purpose has one.
 */
final class HalfMade {
  /** What git writes there in English; translated versions are told by the missing index. */
  private static final String INITIALIZING = "initializing";

  private HalfMade() {}

  static boolean isHalfMade(Layout layout, Tree tree) {
    Path git = tree.gitDirectory();
    if (git.equals(layout.common())) {
      return false;
    }
    boolean isPointless = !isThere(git.resolve("gitdir")) || !isThere(git.resolve("commondir"));
    Path locked = git.resolve("locked");
    return isPointless
        || (isThere(locked)
            && (Layout.firstLine(locked).equals(INITIALIZING) || !isThere(git.resolve("index"))));
  }

  private static boolean isThere(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }
}
