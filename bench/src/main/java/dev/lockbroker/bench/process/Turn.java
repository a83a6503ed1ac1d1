package dev.lockbroker.bench.process;

import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockRequest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** How a process of {@link GitWorker} gets its turn in a worktree. Confined to one thread. */
interface Turn {
  /** Returns when it is its turn. */
  Held take(Path worktree) throws Exception;

  /** Its turn; closing ends it. */
  interface Held extends AutoCloseable {
    /** Starts a command in its turn. */
    Process start(ProcessBuilder builder) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** By that name. */
  static Turn named(String name) {
    return switch (name) {
      case "auto" -> new BySdk(ClientOptions.Mode.AUTO, false);
      case "direct" -> new BySdk(ClientOptions.Mode.DIRECT, false);
      case "auto-worktree" -> new BySdk(ClientOptions.Mode.AUTO, true);
      case "direct-worktree" -> new BySdk(ClientOptions.Mode.DIRECT, true);
      case "fcntl" -> new ByFile();
      case "none" ->
          worktree ->
              new Held() {
                @Override
                public Process start(ProcessBuilder builder) throws IOException {
                  return builder.start();
                }

                @Override
                public void close() {}
              };
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** As our README says that whoever starts git should. */
  final class BySdk implements Turn {
    private final LockClient client;
    private final boolean isWorktreeEnough;

    BySdk(ClientOptions.Mode mode, boolean isWorktreeEnough) {
      this.client = LockClient.open(ClientOptions.fromEnvironment(System.getenv()).withMode(mode));
      this.isWorktreeEnough = isWorktreeEnough;
    }

    @Override
    public Held take(Path worktree) throws InterruptedException {
      LockRequest all = LockRequest.exclusive(worktree).keptByProcesses();
      Lease lease = client.acquire(isWorktreeEnough ? all.worktree() : all);
      return new Held() {
        @Override
        public Process start(ProcessBuilder builder) throws IOException {
          return lease.start(builder);
        }

        @Override
        public void close() {
          lease.close();
        }
      };
    }
  }

  /** The kernel's file lock, in the worktree's folder: what one gets for nothing. */
  final class ByFile implements Turn {
    @Override
    public Held take(Path worktree) throws IOException {
      FileChannel file =
          FileChannel.open(
              worktree.resolveSibling("queue"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      FileLock lock = file.lock();
      return new Held() {
        @Override
        public Process start(ProcessBuilder builder) throws IOException {
          return builder.start();
        }

        @Override
        public void close() throws IOException {
          lock.release();
          file.close();
        }
      };
    }
  }
}
