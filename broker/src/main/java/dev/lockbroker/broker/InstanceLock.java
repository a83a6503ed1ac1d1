package dev.lockbroker.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;

/**
 * The OS lock that makes a broker the only one of its socket. The kernel drops it with the process,
 * so it never has to be cleaned up; the file stays.
 */
final class InstanceLock {
  /** Closing a second descriptor of a locked file would drop the lock, so it is never opened. */
  private static final Set<Path> MINE = new HashSet<>();

  private final Path file;
  private final FileChannel channel;

  private InstanceLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes it.
   *
   * @throws StartException naming the process that has it
   */
  static InstanceLock take(Path file) throws IOException, StartException {
    synchronized (MINE) {
      if (MINE.contains(file)) {
        throw taken(file, Long.toString(ProcessHandle.current().pid()));
      }
      InstanceLock lock = new InstanceLock(file, open(file));
      lock.lock();
      MINE.add(file);
      return lock;
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private void lock() throws IOException, StartException {
    boolean done = false;
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw taken(file, content());
      }
      String pid = ProcessHandle.current().pid() + "\n";
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      done = true;
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  private String content() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(20);
    channel.read(buffer, 0);
    String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
    return text.strip().matches("[0-9]+") ? text.strip() : "unknown";
  }

  private static StartException taken(Path file, String pid) {
    return new StartException(
        StartException.UNAVAILABLE,
        "another broker runs (pid "
            + pid
            + ") and has "
            + file
            + " locked; use it, or stop it with 'lockctl broker stop'");
  }

  void release() {
    synchronized (MINE) {
      try {
        channel.close();
      } catch (IOException e) {
        // The kernel drops the lock with the process.
      }
      MINE.remove(file);
    }
  }
}
