package dev.lockbroker.core.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A lock of git's that somebody may have left behind, as it was found.
 *
 * @param file where it is
 * @param relative the same, from the common directory
 * @param kind what it locks
 * @param tree whose working tree's own it is; null for what all share
 * @param isPlain whether it is a regular file, or a directory where one is expected
 * @param bornNanos when it was made, nanoseconds since 1970
 * @param changedNanos when it was last changed
 * @param key what tells it from another file of this name
 * @param uid who it belongs to
 */
record Leftover(
    Path file,
    String relative,
    Kind kind,
    @Nullable Tree tree,
    boolean isPlain,
    long bornNanos,
    long changedNanos,
    String key,
    long uid) {

  /** What a lock is for, and so who may have made it. */
  enum Kind {
    /** Index and settings of one working tree: made only by what works in that tree. */
    INDEX,
    /** HEAD and other refs of one working tree; tidying up elsewhere locks them, too. */
    TREE_REF,
    /** Refs, settings, objects that all working trees share. */
    SHARED,
    /** Says by its content which process made it. */
    GC_PID,
    /** Written under {@code packed-refs.lock}, and in the way without it. */
    PACKED_NEW,
    /** A linked working tree whose making was broken off. */
    HALF_TREE
  }

  /**
   * Looks at a file.
   *
   * @throws IOException if it cannot be looked at, or is gone
   */
  static Leftover of(Path common, Path file, Kind kind, @Nullable Tree tree) throws IOException {
    // One call, so that all of it is true of the same file.
    Map<String, Object> all = Files.readAttributes(file, "unix:*", LinkOption.NOFOLLOW_LINKS);
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    boolean isPlain =
        kind == Kind.HALF_TREE ? attributes.isDirectory() : attributes.isRegularFile();
    String key = String.valueOf(attributes.fileKey());
    if (!key.equals(String.valueOf(all.get("fileKey")))) {
      throw new IOException("it is being replaced");
    }
    return new Leftover(
        file,
        common.relativize(file).toString(),
        kind,
        tree,
        isPlain,
        Lifetime.nanos(attributes.creationTime()),
        Lifetime.nanos(attributes.lastModifiedTime()),
        key,
        all.get("uid") instanceof Integer uid ? Integer.toUnsignedLong(uid) : -1);
  }

  /** Whether its path still names the same file, untouched. */
  boolean isUnchanged() {
    try {
      BasicFileAttributes now =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return key.equals(String.valueOf(now.fileKey()))
          && changedNanos == Lifetime.nanos(now.lastModifiedTime())
          && bornNanos == Lifetime.nanos(now.creationTime());
    } catch (IOException e) {
      return false;
    }
  }
}
