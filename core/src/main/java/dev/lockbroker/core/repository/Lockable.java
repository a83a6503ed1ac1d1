package dev.lockbroker.core.repository;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Something that has a lock of its own: a repository, or a path that is in none.
 *
 * @param key what makes it the same lockable under every name: the real path of the git common
 *     directory, or of the path itself
 * @param journalDirectory the folder of its journal; need not exist yet
 * @param kind which of the two
 * @param gitDirectory real path of the git directory of the working tree that was meant; null for a
 *     path
 * @param worktree which working tree was meant: {@link #MAIN_WORKTREE}, or git's id of a linked one
 *     (its name under {@code worktrees/}); null for a path, and where git sees no working tree
 * @param shown what a person calls it: the top of the main working tree where that is known, else
 *     the key
 */
public record Lockable(
    Path key,
    Path journalDirectory,
    Kind kind,
    @Nullable Path gitDirectory,
    @Nullable String worktree,
    Path shown) {

  /** Id of the main working tree. Git gives no linked one a colon, which no ref name may have. */
  public static final String MAIN_WORKTREE = ":main";

  /**
   * Checks that the parts fit.
   *
   * @throws IllegalArgumentException if a repository has no git directory, or a path has one, or a
   *     working tree
   */
  public Lockable {
    boolean isRepository = kind == Kind.GIT;
    if (isRepository != (gitDirectory != null) || (worktree != null && !isRepository)) {
      throw new IllegalArgumentException("Git directory and working tree belong to repositories");
    }
  }

  /** What is locked. */
  public enum Kind {
    /** A git repository with all its working trees; its journal is in the common directory. */
    GIT,

    /** A file or folder outside any repository; its journal is in the user's state folder. */
    PATH
  }
}
