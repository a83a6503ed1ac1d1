package dev.lockbroker.core.repository;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What a small file was found to say, as long as it is the same file with the same length and time.
 * Reading it again would cost more than all else in finding a repository. Thread-safe.
 *
 * <p>As in git's index, a file that was changed only just now is not relied on: times are coarse,
 * and the next change may show the same one.
 */
final class Remembered {
  /** The coarsest time that a file system of ours keeps, with room. */
  private static final long SETTLED_MILLIS = 3_000;

  /** Whoever works in more repositories at once reads some of their files again. */
  private static final int MOST = 200;

  private final ConcurrentMap<Path, Fact> facts = new ConcurrentHashMap<>();

  /** What is known of the file that has these attributes now; null if nothing. */
  @Nullable Boolean of(Path file, BasicFileAttributes now) {
    Fact fact = facts.get(file);
    return (fact != null && fact.isOf(now)) ? fact.value : null;
  }

  /**
   * Notes what a reading said that began after the attributes were taken.
   *
   * @param nowMillis the wall clock
   */
  void note(Path file, BasicFileAttributes before, boolean value, long nowMillis) {
    if (nowMillis - before.lastModifiedTime().toMillis() < SETTLED_MILLIS) {
      return;
    }
    if (facts.size() >= MOST) {
      facts.clear();
    }
    facts.put(file, new Fact(before, value));
  }

  private static final class Fact {
    private final @Nullable Object key;
    private final long size;
    private final Object modified;
    final boolean value;

    Fact(BasicFileAttributes attributes, boolean value) {
      this.key = attributes.fileKey();
      this.size = attributes.size();
      this.modified = attributes.lastModifiedTime();
      this.value = value;
    }

    boolean isOf(BasicFileAttributes now) {
      return size == now.size()
          && modified.equals(now.lastModifiedTime())
          && Objects.equals(key, now.fileKey());
    }
  }
}
