package dev.lockbroker.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * The log on disk: one file and the one before it, a megabyte each, for the owner's eyes. What
 * cannot be written is lost and harms nobody. Unlike {@link java.util.logging.FileHandler} it keeps
 * the file's plain name and its permissions when it begins a new one.
 */
final class LogFile extends Handler {
  private static final long MOST_BYTES = 1 << 20;

  private final Path file;
  private @Nullable OutputStream out;
  private long bytes;

  LogFile(Path file) {
    this.file = file;
    setFormatter(new LineFormatter());
  }

  /** Opens it, to say at once if that cannot be done. */
  void open() throws IOException {
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    synchronized (this) {
      reopen();
    }
  }

  private void reopen() throws IOException {
    OpenOption[] options = {
      StandardOpenOption.CREATE,
      StandardOpenOption.WRITE,
      StandardOpenOption.APPEND,
      LinkOption.NOFOLLOW_LINKS
    };
    OutputStream opened = Files.newOutputStream(file, options);
    out = opened;
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    bytes = Files.size(file);
  }

  @Override
  public synchronized void publish(LogRecord entry) {
    if (!isLoggable(entry)) {
      return;
    }
    try {
      write(getFormatter().format(entry).getBytes(StandardCharsets.UTF_8));
    } catch (IOException | RuntimeException e) {
      // A full disk: the service matters more than its log.
    }
  }

  private void write(byte[] line) throws IOException {
    if (out == null || bytes + line.length > MOST_BYTES) {
      close();
      if (bytes + line.length > MOST_BYTES) {
        Path before = file.resolveSibling(file.getFileName() + ".1");
        Files.move(file, before, StandardCopyOption.REPLACE_EXISTING);
      }
      reopen();
    }
    OutputStream stream = out;
    if (stream != null) {
      stream.write(line);
      bytes += line.length;
    }
  }

  @Override
  public void flush() {
    // Each line is written at once.
  }

  @Override
  public synchronized void close() {
    OutputStream stream = out;
    out = null;
    if (stream != null) {
      try {
        stream.close();
      } catch (IOException e) {
        // Nothing is buffered.
      }
    }
  }
}
