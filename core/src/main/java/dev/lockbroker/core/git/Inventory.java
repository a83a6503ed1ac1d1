package dev.lockbroker.core.git;

import dev.lockbroker.core.git.Leftover.Kind;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the locks of git in a repository, dead or alive, by their names. Follows no symbolic link.
 * Bounded in time, because it is done while nobody else gets at the journal.
 */
final class Inventory {
  private static final int MOST_FOUND = 20_000;
  private static final int MOST_DEPTH = 64;
  private static final String LOCK = ".lock";

  private static final Pattern INDEX =
      Pattern.compile(
          "index\\.lock|next-index-\\d+(\\.lock)?|index\\.stash\\.\\d+(\\.lock)?"
              + "|config\\.worktree\\.lock");

  /** HEAD, ORIG_HEAD, CHERRY_PICK_HEAD, BISECT_LOG, MERGE_RR and what else is to come. */
  private static final Pattern PSEUDO_REF = Pattern.compile("[A-Z][A-Z_]*\\.lock");

  private static final List<String> SHARED =
      List.of(
          "packed-refs.lock",
          "config.lock",
          "shallow.lock",
          "gc.pid.lock",
          "gc.log.lock",
          "objects/maintenance.lock",
          "objects/info/commit-graph.lock",
          "objects/info/commit-graphs/commit-graph-chain.lock",
          "objects/info/alternates.lock",
          "objects/pack/multi-pack-index.lock",
          "logs/refs/.tmp-renamed-log");

  private final Layout layout;
  private final LongSupplier clock;
  private final long giveUpNanos;
  private final List<Leftover> found = new ArrayList<>();
  private boolean isCutShort;
  private boolean isNearOnly;

  /**
   * An inventory that has not been taken yet.
   *
   * @param clock {@code CLOCK_MONOTONIC}
   * @param giveUpNanos when to stop looking
   */
  Inventory(Layout layout, LongSupplier clock, long giveUpNanos) {
    this.layout = layout;
    this.clock = clock;
    this.giveUpNanos = giveUpNanos;
  }

  /**
   * What is found of these trees without going through all refs, for who looks often: the index,
   * HEAD and its like, and the shared files that have a name of their own.
   */
  List<Leftover> takeNear(List<Tree> trees) {
    isNearOnly = true;
    return take(trees);
  }

  /** What is found; those of working trees only for these trees. */
  List<Leftover> take(List<Tree> trees) {
    for (Tree tree : layout.trees()) {
      if (HalfMade.isHalfMade(layout, tree)) {
        add(tree.gitDirectory(), Kind.HALF_TREE, null);
      } else if (trees.contains(tree)) {
        addTree(tree);
      }
    }
    addShared();
    return List.copyOf(found);
  }

  /** Whether it had to stop before everything was looked at. */
  boolean isCutShort() {
    return isCutShort;
  }

  private void addTree(Tree tree) {
    Path git = tree.gitDirectory();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(git)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (INDEX.matcher(name).matches()) {
          add(entry, Kind.INDEX, tree);
        } else if (PSEUDO_REF.matcher(name).matches()) {
          add(entry, Kind.TREE_REF, tree);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      isCutShort = true;
    }
    addIfThere(git.resolve("info/sparse-checkout.lock"), Kind.INDEX, tree);
    if (!git.equals(layout.common())) {
      walk(git.resolve("refs"), Kind.TREE_REF, tree);
      walk(git.resolve("logs"), Kind.TREE_REF, tree);
    }
  }

  private void addShared() {
    for (String name : SHARED) {
      addIfThere(layout.common().resolve(name), Kind.SHARED, null);
    }
    addIfThere(layout.common().resolve("gc.pid"), Kind.GC_PID, null);
    addIfThere(layout.common().resolve("packed-refs.new"), Kind.PACKED_NEW, null);
    walk(layout.common().resolve("refs"), Kind.SHARED, null);
    walk(layout.common().resolve("logs"), Kind.SHARED, null);
  }

  private void addIfThere(Path file, Kind kind, @Nullable Tree tree) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      add(file, kind, tree);
    }
  }

  private void add(Path file, Kind kind, @Nullable Tree tree) {
    if (found.size() >= MOST_FOUND) {
      isCutShort = true;
      return;
    }
    try {
      found.add(Leftover.of(layout.common(), file, kind, tree));
    } catch (NoSuchFileException e) {
      // Its owner has just finished.
    } catch (IOException e) {
      isCutShort = true;
    }
  }

  private void walk(Path folder, Kind kind, @Nullable Tree tree) {
    if (isNearOnly) {
      return;
    }
    try {
      Files.walkFileTree(folder, java.util.Set.of(), MOST_DEPTH, new Locks(kind, tree));
    } catch (NoSuchFileException | NotDirectoryException e) {
      // Not every repository has it.
    } catch (IOException e) {
      isCutShort = true;
    }
  }

  /** No ref may have a name that ends like a lock's, so every such file is a lock. */
  private final class Locks extends SimpleFileVisitor<Path> {
    private final Kind kind;
    private final @Nullable Tree tree;

    Locks(Kind kind, @Nullable Tree tree) {
      this.kind = kind;
      this.tree = tree;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      if (clock.getAsLong() - giveUpNanos >= 0) {
        isCutShort = true;
        return FileVisitResult.TERMINATE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (String.valueOf(file.getFileName()).endsWith(LOCK)) {
        add(file, kind, tree);
      }
      return isCutShort ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException trouble) {
      // A folder that vanished meanwhile; one that cannot be read is passed over.
      return FileVisitResult.CONTINUE;
    }
  }
}
