package dev.lockbroker.core.journal;

import dev.lockbroker.core.journal.JournalException.Fault;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A journal file that is kept open as long as the path names it.
 *
 * <p>An open file keeps its inode, so while this is open no other file can have {@link #key}: "the
 * path still names this file" is exact, as with {@link Guard}, and costs one look instead of an
 * opening (T2, T8).
 *
 * <p>An interrupt of the thread that uses it closes it; whoever finds it closed opens another one.
 */
final class OpenJournal implements Closeable {
  private static final OpenOption[] READ = {StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS};
  private static final OpenOption[] APPEND = {
    StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS
  };

  private final Path path;
  private final @Nullable Object key;
  private final FileChannel reading;
  private @Nullable FileChannel appending;

  private OpenJournal(Path path, @Nullable Object key, FileChannel reading) {
    this.path = path;
    this.key = key;
    this.reading = reading;
  }

  /**
   * Opens the file with these attributes.
   *
   * @return null if the path names another one now, or this one has changed meanwhile: only if
   *     nothing did can no inode have been used again between the two looks
   */
  static @Nullable OpenJournal open(Path path, BasicFileAttributes before) throws IOException {
    FileChannel reading;
    try {
      reading = FileChannel.open(path, READ);
    } catch (NoSuchFileException e) {
      return null;
    }
    OpenJournal opened = new OpenJournal(path, before.fileKey(), reading);
    boolean same = false;
    try {
      BasicFileAttributes after = attributes(path);
      same = after != null && opened.stamp(before).equals(opened.stamp(after));
    } finally {
      if (!same) {
        opened.close();
      }
    }
    return same ? opened : null;
  }

  /** What the path names; null if nothing. */
  static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Whether it is the file with these attributes. */
  boolean isOf(BasicFileAttributes attributes) {
    return Objects.equals(key, attributes.fileKey());
  }

  /** The same only for the same file, opened once, of the same length and time. */
  Object stamp(BasicFileAttributes attributes) {
    return new Stamp(
        this,
        attributes.fileKey(),
        attributes.size(),
        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
  }

  long size() throws IOException {
    return reading.size();
  }

  byte[] read(long from, int length) throws IOException {
    byte[] bytes = new byte[length];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining() && reading.read(buffer, from + buffer.position()) > 0) {
      // A file only grows, so a short read is rare and is simply continued.
    }
    return buffer.hasRemaining() ? Arrays.copyOf(bytes, buffer.position()) : bytes;
  }

  /**
   * Appends with one write.
   *
   * @param end how long the file must be
   * @throws JournalException if it is not, or if the path names another file when this one is first
   *     opened for this: a line after somebody else's torn one would be corruption
   */
  void append(byte[] bytes, long end) throws IOException {
    FileChannel channel = appending();
    if (channel.size() != end) {
      throw replaced();
    }
    int written = channel.write(ByteBuffer.wrap(bytes));
    if (written != bytes.length) {
      throw new JournalException(
          Fault.IO, "only a part could be written to " + path + ": is the disk full?");
    }
  }

  private FileChannel appending() throws IOException {
    FileChannel current = appending;
    if (current == null) {
      current = FileChannel.open(path, APPEND);
      appending = current;
      BasicFileAttributes named = attributes(path);
      if (named == null || !isOf(named)) {
        throw replaced();
      }
    }
    return current;
  }

  private JournalException replaced() {
    return new JournalException(
        Fault.UNKNOWN_OUTCOME, path + " was replaced while it was read; try again");
  }

  @Override
  public void close() throws IOException {
    FileChannel current = appending;
    try {
      reading.close();
    } finally {
      if (current != null) {
        current.close();
      }
    }
  }

  /** What changes when a file does. */
  private record Stamp(OpenJournal file, @Nullable Object key, long size, long modifiedNanos) {
    // Written out, as in ProcessIdentity.

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Stamp that
          && file == that.file
          && size == that.size
          && modifiedNanos == that.modifiedNanos
          && Objects.equals(key, that.key);
    }

    @Override
    public int hashCode() {
      return Objects.hash(key, size, modifiedNanos);
    }
  }
}
