package dev.lockbroker.core.git;

import dev.lockbroker.core.process.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/**
 * The time from the grant of a lease to now, on the wall clock that files are dated by. While a
 * machine sleeps the leases' clock stands still and this one does not: then the interval comes out
 * too short, and less is proved.
 *
 * @param fromNanos the grant, nanoseconds since 1970
 * @param toNanos now
 */
record Lifetime(long fromNanos, long toNanos) {
  /** Files are dated by a clock that may be a tick behind. */
  static final long GRAIN_NANOS = 10_000_000;

  private static final int MOST_READINGS = 100;

  /**
   * From a grant until now.
   *
   * @param grantNanos {@code CLOCK_MONOTONIC}
   */
  static Lifetime since(long grantNanos, Host host) {
    long before = host.nanoTime();
    long wallNanos = host.wallMicros() * 1_000;
    long after = host.nanoTime();
    // We may be stopped between the two clocks; then they are read once more.
    for (int i = 0; i < MOST_READINGS && after - before > GRAIN_NANOS / 10; i++) {
      before = host.nanoTime();
      wallNanos = host.wallMicros() * 1_000;
      after = host.nanoTime();
    }
    return new Lifetime(wallNanos - (before - grantNanos), wallNanos);
  }

  boolean contains(long wallNanos) {
    return wallNanos - fromNanos >= -GRAIN_NANOS && wallNanos - toNanos <= GRAIN_NANOS;
  }

  static long nanos(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }

  /**
   * Whether this file system tells when a file was made. Java answers with the time of the last
   * change where it does not, so a file of ours is looked at that was changed after it was made.
   */
  static boolean isToldAt(Path journalDirectory) {
    for (String name : new String[] {"", "journal", "run"}) {
      try {
        BasicFileAttributes attributes =
            Files.readAttributes(
                journalDirectory.resolve(name),
                BasicFileAttributes.class,
                LinkOption.NOFOLLOW_LINKS);
        if (nanos(attributes.creationTime()) < nanos(attributes.lastModifiedTime())) {
          return true;
        }
      } catch (IOException e) {
        // It tells nothing.
      }
    }
    return false;
  }
}
