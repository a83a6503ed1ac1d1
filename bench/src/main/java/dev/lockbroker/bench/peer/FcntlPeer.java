package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's own record lock ({@code fcntl F_SETLKW}), as {@link FileChannel#lock} takes it: the
 * floor of what a lock between processes costs. It belongs to the process, so it keeps no threads
 * apart, and whoever runs next may overtake those who wait.
 */
final class FcntlPeer implements Peer {
  @Override
  public String id() {
    return "fcntl";
  }

  @Override
  public boolean isFifo() {
    return false;
  }

  @Override
  public boolean isWithinProcess() {
    return false;
  }

  @Override
  public Found find() {
    return new Found.Here(System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }

  @Override
  public Service start(Path folder) {
    return new NoServer(folder.toAbsolutePath().toString());
  }

  @Override
  public Session connect(String address) {
    return new FileSession(Path.of(address));
  }

  /** One descriptor for each lock. */
  private static final class FileSession implements Session {
    private final Path folder;
    private final List<FileChannel> channels = new ArrayList<>();

    FileSession(Path folder) {
      this.folder = folder;
    }

    @Override
    public synchronized Lock lock(String name) throws IOException {
      FileChannel channel =
          FileChannel.open(
              folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channels.add(channel);
      return new ChannelLock(channel);
    }

    @Override
    public synchronized void close() throws IOException {
      for (FileChannel channel : channels) {
        channel.close();
      }
    }
  }

  /** Used by one thread at a time. */
  private static final class ChannelLock implements Lock {
    private final FileChannel channel;
    private @Nullable FileLock held;

    ChannelLock(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void acquire() throws IOException {
      held = channel.lock();
    }

    @Override
    public void release() throws IOException {
      FileLock lock = held;
      if (lock == null) {
        throw new IllegalStateException("not held");
      }
      held = null;
      lock.release();
    }
  }
}
