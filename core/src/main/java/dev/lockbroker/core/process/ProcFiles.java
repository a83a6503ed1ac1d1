package dev.lockbroker.core.process;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Reading files of {@code /proc}, where what one is reading may end at any moment. */
final class ProcFiles {
  /** Instead of a length: the file is not there, and that is what the kernel said. */
  static final int GONE = -1;

  /** Instead of a length: the file could not be read; its process may well be alive. */
  static final int UNREADABLE = -2;

  private ProcFiles() {}

  /**
   * Reads the beginning of a file with one open and one read.
   *
   * <p>An exception of {@code java.io} tells its cause only in words, which are translated where
   * messages are. So after a failure the kernel is asked again in a way that has a typed answer and
   * needs no file descriptor.
   *
   * @return the number of bytes, at least 1, or {@link #GONE}, or {@link #UNREADABLE}
   */
  static int read(String file, byte[] buffer) {
    // Not a channel: those are closed under our hands when somebody interrupts the thread.
    try (FileInputStream in = new FileInputStream(file)) {
      int length = in.read(buffer);
      return length > 0 ? length : UNREADABLE;
    } catch (IOException e) {
      return isGone(Path.of(file)) ? GONE : UNREADABLE;
    }
  }

  /**
   * Reads at most {@code limit} bytes of a file.
   *
   * @throws NoSuchFileException if it is gone, also if it went while it was read
   * @throws IOException if it could not be read for another reason
   */
  static byte[] readAtMost(Path file, int limit) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(limit);
    } catch (IOException e) {
      throw isGone(file) ? new NoSuchFileException(file.toString()) : e;
    }
  }

  /** Whether the kernel says that there is no such file. False on any other error. */
  static boolean isGone(Path file) {
    try {
      Files.readAttributes(file, BasicFileAttributes.class);
      return false;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
