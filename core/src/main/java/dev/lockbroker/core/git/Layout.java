package dev.lockbroker.core.git;

import dev.lockbroker.core.repository.Lockable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directories of a repository: the common one and one for each working tree.
 *
 * @param common real path of the common directory
 * @param trees the main one first
 */
record Layout(Path common, List<Tree> trees) {
  /** More linked working trees than this are not looked at. */
  private static final int MOST_TREES = 4096;

  private static final int MOST_OF_A_POINTER = 8 << 10;

  /** Whether this is the common directory of a git repository. */
  static boolean isRepository(Path common) {
    return Files.isDirectory(common.resolve("objects"))
        && Files.isDirectory(common.resolve("refs"))
        && Files.exists(common.resolve("HEAD"), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Reads the layout.
   *
   * @throws IOException if the working trees cannot all be listed
   */
  static Layout of(Path common) throws IOException {
    List<Tree> trees = new ArrayList<>();
    boolean isUsual = common.endsWith(".git");
    trees.add(new Tree(Lockable.MAIN_WORKTREE, common, isUsual ? common.getParent() : null));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(common.resolve("worktrees"))) {
      for (Path entry : entries) {
        if (trees.size() > MOST_TREES) {
          throw new IOException("it has more than " + MOST_TREES + " working trees");
        }
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          trees.add(new Tree(String.valueOf(entry.getFileName()), entry, top(entry)));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException | NotDirectoryException e) {
      // There is only the main one.
    }
    return new Layout(common, List.copyOf(trees));
  }

  /** Where the pointer of a linked working tree leads, by its real name if it is there. */
  private static @Nullable Path top(Path gitDirectory) {
    String pointer = firstLine(gitDirectory.resolve("gitdir"));
    try {
      Path top = pointer.isEmpty() ? null : gitDirectory.resolve(pointer).getParent();
      return top == null ? null : real(top);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** The path without links as far as it exists. */
  static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }

  /** The first line of a small regular file; empty if there is none. */
  static String firstLine(Path file) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return "";
    }
    try (InputStream in = new FileInputStream(file.toFile())) {
      String text = new String(in.readNBytes(MOST_OF_A_POINTER), StandardCharsets.UTF_8);
      int end = text.indexOf('\n');
      return (end < 0 ? text : text.substring(0, end)).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** The working tree in which, or in whose git directory, a path is; the innermost one. */
  @Nullable Tree treeAt(Path path) {
    Tree found = null;
    int depth = -1;
    for (Tree tree : trees) {
      Path top = tree.top();
      if (top != null && path.startsWith(top) && top.getNameCount() > depth) {
        found = tree;
        depth = top.getNameCount();
      }
      Path git = tree.gitDirectory();
      if (path.startsWith(git) && git.getNameCount() > depth) {
        found = tree;
        depth = git.getNameCount();
      }
    }
    return found;
  }

  /** Whether a path is in the directory that all working trees share, and in no tree's own. */
  boolean isShared(Path path) {
    Tree tree = treeAt(path);
    return path.startsWith(common) && tree != null && tree.gitDirectory().equals(common);
  }
}
