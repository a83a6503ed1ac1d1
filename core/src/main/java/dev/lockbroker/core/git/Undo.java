package dev.lockbroker.core.git;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where dead locks go: {@code undo/<ticket>/<path from the common directory>} beside the journal,
 * so that a mistake can be taken back with one {@code mv}.
 */
final class Undo {
  /** Those of older tickets are removed. */
  static final int MOST_TICKETS = 50;

  /** Together they take no more than this, but for those of the latest ticket. */
  private static final long MOST_BYTES = 256L << 20;

  private final Path journalDirectory;
  private final Path folder;

  Undo(Path journalDirectory) {
    this.journalDirectory = journalDirectory;
    this.folder = journalDirectory.resolve("undo");
  }

  /** Moves a leftover aside if it is still the file that was looked at. Null if that was done. */
  @Nullable Doubt moveAside(Leftover leftover, long ticket) {
    try {
      Path target = folder.resolve(Long.toString(ticket)).resolve(leftover.relative());
      OwnFolder.make(folder, journalDirectory);
      Path parent = target.getParent();
      if (parent != null) {
        OwnFolder.makeAll(folder, parent, journalDirectory);
      }
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        return Doubt.lasting("another one lies already in " + target);
      }
      if (!leftover.isUnchanged()) {
        return Doubt.passing("it was changed while it was looked at");
      }
      Files.move(leftover.file(), target, StandardCopyOption.ATOMIC_MOVE);
      return isSame(leftover, target) ? null : putBack(leftover, target);
    } catch (IOException e) {
      return Doubt.passing("it could not be moved aside (" + e.getMessage() + ")");
    }
  }

  private static boolean isSame(Leftover leftover, Path moved) throws IOException {
    BasicFileAttributes now =
        Files.readAttributes(moved, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return leftover.key().equals(String.valueOf(now.fileKey()));
  }

  /**
   * Somebody replaced it between the last look and the move: then it is given back, unless there is
   * a third one by now. A link, because it never replaces anything.
   */
  private static Doubt putBack(Leftover leftover, Path moved) throws IOException {
    if (leftover.kind() == Leftover.Kind.HALF_TREE) {
      Files.move(moved, leftover.file());
    } else {
      Files.createLink(leftover.file(), moved);
      Files.delete(moved);
    }
    return Doubt.lasting("somebody else made it anew at this moment");
  }

  /** Removes what is too old or too much; the latest ticket's stay in any case. */
  void prune() throws IOException {
    List<Long> tickets = new ArrayList<>();
    for (String name : OwnFolder.names(folder)) {
      if (name.matches("[1-9]\\d{0,17}")) {
        tickets.add(Long.parseLong(name));
      }
    }
    tickets.sort(Comparator.reverseOrder());
    long bytes = 0;
    for (int i = 0; i < tickets.size(); i++) {
      Path one = folder.resolve(Long.toString(tickets.get(i)));
      Sizes sizes = new Sizes();
      Files.walkFileTree(one, sizes);
      bytes += sizes.bytes;
      if (i >= MOST_TICKETS || (i > 0 && bytes > MOST_BYTES)) {
        Files.walkFileTree(one, new Removal());
      }
    }
  }

  private static final class Sizes extends SimpleFileVisitor<Path> {
    private long bytes;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      bytes += attributes.size();
      return FileVisitResult.CONTINUE;
    }
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException trouble)
        throws IOException {
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
