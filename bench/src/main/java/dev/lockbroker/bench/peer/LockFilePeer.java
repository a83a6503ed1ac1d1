package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What scripts do: create a file that must not exist ({@code O_CREAT|O_EXCL}), sleep and try again
 * while it does, delete it afterwards.
 */
final class LockFilePeer implements Peer {
  private static final long FIRST_MILLIS = 100;
  private static final long LONGEST_MILLIS = 2_000;

  private final String id;
  private final long longestMillis;

  private LockFilePeer(String id, long longestMillis) {
    this.id = id;
    this.longestMillis = longestMillis;
  }

  /** Sleeps 100 ms, then twice as long each time, up to 2 s. */
  static LockFilePeer backoff() {
    return new LockFilePeer("lockfile-backoff", LONGEST_MILLIS);
  }

  /** Sleeps 100 ms each time. */
  static LockFilePeer fixed() {
    return new LockFilePeer("lockfile-100ms", FIRST_MILLIS);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public boolean isFifo() {
    return false;
  }

  @Override
  public Found find() {
    return new Found.Here("java.nio.file " + Runtime.version());
  }

  @Override
  public Service start(Path folder) {
    return new NoServer(folder.toAbsolutePath().toString());
  }

  @Override
  public Session connect(String address) {
    return new Session() {
      @Override
      public Lock lock(String name) {
        return new FileLock(Path.of(address, name + ".lock"), longestMillis);
      }

      @Override
      public void close() {}
    };
  }

  private record FileLock(Path file, long longestMillis) implements Lock {
    @Override
    public void acquire() throws IOException, InterruptedException {
      long pauseMillis = FIRST_MILLIS;
      while (!isCreated()) {
        Thread.sleep(pauseMillis);
        pauseMillis = Math.min(2 * pauseMillis, longestMillis);
      }
    }

    private boolean isCreated() throws IOException {
      try {
        Files.createFile(file);
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      }
    }

    @Override
    public void release() throws IOException {
      Files.delete(file);
    }
  }
}
