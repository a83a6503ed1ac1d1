package dev.lockbroker.bench.peer;

import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/** A fair {@link ReentrantLock}: what the JDK costs where no other process is to be kept out. */
final class InProcessPeer implements Peer {
  /** By address and name; they stay until this JVM ends, and are small. */
  private static final ConcurrentMap<String, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

  @Override
  public String id() {
    return "in-process";
  }

  @Override
  public boolean isFifo() {
    return true;
  }

  @Override
  public boolean isAcrossProcesses() {
    return false;
  }

  @Override
  public Found find() {
    return new Found.Here("java.util.concurrent " + Runtime.version());
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
        ReentrantLock lock =
            LOCKS.computeIfAbsent(address + " " + name, unused -> new ReentrantLock(true));
        return new Lock() {
          @Override
          public void acquire() throws InterruptedException {
            lock.lockInterruptibly();
          }

          @Override
          public void release() {
            lock.unlock();
          }
        };
      }

      @Override
      public void close() {}
    };
  }
}
