package dev.lockbroker.it;

import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockRequest;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that take and give back one lock as fast as they can, and watch whether they meet. */
final class SdkStorm {
  private SdkStorm() {}

  /** {@code <path> <folder of the witness> <threads> <rounds>}. */
  public static void main(String[] args) throws Exception {
    Path repository = Path.of(args[0]);
    Path witness = Path.of(args[1]);
    int rounds = Integer.parseInt(args[3]);
    ExecutorService threads = Executors.newCachedThreadPool();
    try (LockClient client = LockClient.open()) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < Integer.parseInt(args[2]); i++) {
        tasks.add(
            () -> {
              for (int round = 0; round < rounds; round++) {
                visit(client, repository, witness);
              }
              return null;
            });
      }
      for (Future<Void> task : threads.invokeAll(tasks)) {
        task.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void visit(LockClient client, Path repository, Path witness) throws Exception {
    try (Lease lease = client.acquire(LockRequest.exclusive(repository))) {
      lease.requireHeld();
      Path inside = witness.resolve("inside");
      create(inside);
      // Not atomic at all: two at once would lose lines.
      Path tokens = witness.resolve("tokens");
      Files.writeString(
          tokens, lease.token() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      Files.delete(inside);
    }
  }

  private static void create(Path inside) throws IOException {
    try {
      Files.createFile(inside);
    } catch (FileAlreadyExistsException e) {
      throw new IllegalStateException("met somebody inside", e);
    }
  }
}
