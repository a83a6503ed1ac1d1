package dev.lockbroker.core.journal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The open guard file of one directory, shared by everybody in this JVM: a mutex among them, an OS
 * lock against other processes.
 *
 * <p>POSIX drops a process's lock on a file when the process closes <em>any</em> descriptor of it,
 * and Java does not notice. Hence one open file for each guard and JVM, opened through this class
 * alone, read through the same descriptor, and closed only when its last user leaves, while nobody
 * can be inside. It is a {@link RandomAccessFile} on purpose: {@code tryLock}, {@code release} and
 * its plain reads and writes are not interruptible, so no {@link Thread#interrupt} can close the
 * file under a transaction.
 *
 * <p>An open file keeps its inode, so while this is open no other file can have {@link #key}: "the
 * path still names my guard" is exact although Java has no {@code fstat}.
 */
final class Guard {
  private static final Map<Object, Guard> OPEN = new HashMap<>();

  private final Object key;
  private final RandomAccessFile file;
  private final FileChannel channel;
  private final ReentrantLock mutex = new ReentrantLock();
  private @Nullable FileLock lock;
  private int users = 1;

  private Guard(Object key, RandomAccessFile file) {
    this.key = key;
    this.file = file;
    this.channel = file.getChannel();
  }

  /**
   * The guard at that path, made if it is missing. Making it closes a descriptor of it, which is
   * why that too happens in here, where nobody of this JVM can have locked it yet.
   */
  static Guard open(Path path, FileAttribute<?>... attributes) throws IOException {
    synchronized (OPEN) {
      createIfMissing(path, attributes);
      Object key = keyOf(path);
      Guard guard = OPEN.get(key);
      if (guard != null) {
        guard.users++;
        return guard;
      }
      guard = new Guard(key, openFile(path));
      if (!key.equals(keyOf(path))) {
        guard.closeQuietly();
        throw new NoSuchFileException(path.toString(), null, "replaced while it was opened");
      }
      OPEN.put(key, guard);
      return guard;
    }
  }

  /** Tells apart what {@code java.io} throws alike: not there, not allowed, no descriptor left. */
  private static RandomAccessFile openFile(Path path) throws IOException {
    try {
      return new RandomAccessFile(path.toFile(), "rw");
    } catch (FileNotFoundException e) {
      if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new NoSuchFileException(path.toString());
      }
      String why = String.valueOf(e.getMessage());
      if (why.endsWith("(Read-only file system)")) {
        throw new FileSystemException(path.toString(), null, "Read-only file system");
      }
      if (!Files.isReadable(path) || !Files.isWritable(path)) {
        throw new AccessDeniedException(path.toString());
      }
      throw e;
    }
  }

  private static void createIfMissing(Path path, FileAttribute<?>... attributes)
      throws IOException {
    if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Files.createFile(path, attributes);
      } catch (FileAlreadyExistsException e) {
        // Somebody was quicker.
      }
    }
  }

  /** Leaves it for good; the last one closes it. */
  void close() {
    synchronized (OPEN) {
      users--;
      if (users == 0) {
        OPEN.remove(key, this);
        closeQuietly();
      }
    }
  }

  private void closeQuietly() {
    try {
      file.close();
    } catch (IOException e) {
      // Nothing was written through it that is not in the file already.
    }
  }

  /** Takes the mutex, then tries the OS lock; false if another process has it. */
  boolean tryEnter() throws IOException {
    mutex.lock();
    boolean entered = false;
    try {
      lock = channel.tryLock();
      entered = lock != null;
      return entered;
    } catch (OverlappingFileLockException e) {
      // Another copy of this class (another class loader) in the same JVM is inside.
      return false;
    } finally {
      if (!entered) {
        mutex.unlock();
      }
    }
  }

  void leave() {
    try {
      FileLock held = lock;
      lock = null;
      if (held != null) {
        held.release();
      }
    } catch (IOException e) {
      abandon();
    } finally {
      mutex.unlock();
    }
  }

  /** Closing is the one sure way to unlock; whoever comes next opens it anew. */
  private void abandon() {
    synchronized (OPEN) {
      OPEN.remove(key, this);
      closeQuietly();
    }
  }

  /** The id in it; a fresh one is written first if it is empty. */
  String id() throws IOException {
    byte[] bytes = new byte[JournalHeader.GUARD_ID_LENGTH];
    file.seek(0);
    int read = file.read(bytes);
    if (read <= 0) {
      String fresh = RandomBits.hex(JournalHeader.GUARD_ID_LENGTH / 2);
      file.seek(0);
      file.write(fresh.getBytes(StandardCharsets.ISO_8859_1));
      return fresh;
    }
    return new String(bytes, 0, read, StandardCharsets.ISO_8859_1);
  }

  /** Whether the path names this very file. */
  boolean isAt(Path path) throws IOException {
    try {
      return key.equals(keyOf(path));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static Object keyOf(Path path) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Object key = attributes.fileKey();
    if (!attributes.isRegularFile() || key == null) {
      throw new JournalException(
          JournalException.Fault.HOSTILE, path + " is not a regular file; remove it and try again");
    }
    return key;
  }

  /** The inode number in a file key's text, which is what the kernel's lock list shows. */
  String inode() {
    String text = key.toString();
    int from = text.indexOf("ino=");
    int to = text.indexOf(')', Math.max(from, 0));
    return from < 0 || to < 0 ? "?" : text.substring(from + 4, to);
  }
}
