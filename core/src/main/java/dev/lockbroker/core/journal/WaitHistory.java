package dev.lockbroker.core.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Who has waited for whom: a line for each wait that was worth noticing, written by the one who
 * waited when it was over, in {@code history} beside the journal (ADR 24). Nothing is decided by
 * it, and nobody fails because of it: what cannot be written is not written, what cannot be read is
 * passed over.
 *
 * <p>Bounded: from {@link #MOST_BYTES} on it becomes {@code history.old}, in place of the former
 * one.
 */
public final class WaitHistory {
  /** About a thousand waits, twice. */
  static final long MOST_BYTES = 256 << 10;

  /** A line is far shorter; whatever is longer is none of ours. */
  private static final int MOST_LINE = 32 << 10;

  private final Path file;
  private final Path old;

  /** The history beside the journal in that directory. */
  public WaitHistory(Path journalDirectory) {
    this.file = journalDirectory.resolve("history");
    this.old = journalDirectory.resolve("history.old");
  }

  /** Writes one line, if that can be done. The directory must be there. */
  public void add(WaitNote note) {
    try {
      rotate();
      byte[] line = (note.encode() + '\n').getBytes(StandardCharsets.ISO_8859_1);
      if (line.length <= MOST_LINE) {
        append(line);
      }
    } catch (IOException | UnsupportedOperationException e) {
      // The wait is over either way.
    }
  }

  /** Two at once may do it twice: then the older half is lost early. */
  private void rotate() throws IOException {
    BasicFileAttributes attributes = attributes(file);
    if (attributes != null && attributes.size() >= MOST_BYTES) {
      Files.move(file, old, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void append(byte[] line) throws IOException {
    make();
    // One write at the end: lines of several writers do not mix.
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS)) {
      channel.write(ByteBuffer.wrap(line));
    }
  }

  private void make() throws IOException {
    BasicFileAttributes attributes = attributes(file);
    if (attributes != null) {
      if (!attributes.isRegularFile()) {
        throw new IOException(file + " is no file");
      }
      return;
    }
    try {
      Files.createFile(file);
      Set<PosixFilePermission> access =
          EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
      Path directory = file.getParent();
      if (directory != null
          && Files.getPosixFilePermissions(directory).contains(PosixFilePermission.GROUP_WRITE)) {
        access.add(PosixFilePermission.GROUP_READ);
        access.add(PosixFilePermission.GROUP_WRITE);
      }
      Files.setPosixFilePermissions(file, access);
    } catch (FileAlreadyExistsException e) {
      // Somebody was quicker.
    }
  }

  private static @org.jspecify.annotations.Nullable BasicFileAttributes attributes(Path path)
      throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** All that is noted, the oldest first. */
  public List<WaitNote> list() {
    List<WaitNote> notes = new ArrayList<>();
    read(old, notes);
    read(file, notes);
    return notes;
  }

  private static void read(Path path, List<WaitNote> notes) {
    try {
      BasicFileAttributes attributes = attributes(path);
      if (attributes == null || !attributes.isRegularFile()) {
        return;
      }
      try (FileChannel channel =
          FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        ByteBuffer buffer =
            ByteBuffer.allocate((int) Math.min(channel.size(), MOST_BYTES + 8 * MOST_LINE));
        while (buffer.hasRemaining() && channel.read(buffer) > 0) {
          // Short reads are continued.
        }
        String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
        for (String line : text.split("\n", -1)) {
          WaitNote note = WaitNote.decode(line);
          if (note != null) {
            notes.add(note);
          }
        }
      }
    } catch (IOException e) {
      // Nobody knows, then.
    }
  }
}
