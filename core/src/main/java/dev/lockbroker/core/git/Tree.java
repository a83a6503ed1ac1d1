package dev.lockbroker.core.git;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One working tree's own git directory.
 *
 * @param id as in the scope {@code /worktree/<id>}
 * @param gitDirectory where its HEAD and index are
 * @param top the working tree, as far as it is known
 */
record Tree(String id, Path gitDirectory, @Nullable Path top) {

  /** What a person calls it. */
  String shown() {
    return (top == null ? gitDirectory : top).toString();
  }
}
