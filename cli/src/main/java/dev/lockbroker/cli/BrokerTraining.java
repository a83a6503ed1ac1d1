package dev.lockbroker.cli;

import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Has a broker live through what most of them do, and ends it, so that an archive of its classes
 * can be made of its JVM (libexec/archive.sh). No command.
 */
final class BrokerTraining {
  /** A lease is not taken the same way each time. */
  private static final int PAIRS = 100;

  /** Short enough to be refreshed once, long enough for a busy machine. */
  private static final Duration TTL = Duration.ofSeconds(3);

  private static final long HELD_MILLIS = 1_200;

  private static final long PATIENCE_MILLIS = 30_000;

  private static final long PAUSE_MILLIS = 50;

  private BrokerTraining() {}

  /** Uses the broker of {@code LOCKBROKER_SOCKET}; it need not listen yet. */
  public static void main(String[] args) throws Exception {
    ClientOptions options =
        ClientOptions.fromEnvironment(System.getenv()).withMode(ClientOptions.Mode.BROKER);
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (Brokers.info(options.socket()) == null && System.nanoTime() - end < 0) {
      Thread.sleep(PAUSE_MILLIS);
    }
    LockRequest request = LockRequest.exclusive(Path.of("")).label("training").ttl(TTL);
    try (LockClient one = LockClient.open(options);
        LockClient other = LockClient.open(options)) {
      for (int i = 0; i < PAIRS; i++) {
        one.acquire(request).close();
      }
      CompletableFuture<Lease> waiting;
      try (Lease held = one.acquire(request)) {
        if (other.tryAcquire(request).isPresent() && held.isHeld()) {
          throw new IllegalStateException("held twice");
        }
        waiting = other.acquireAsync(request);
        Thread.sleep(HELD_MILLIS);
      }
      waiting.get().close();
    }
    boolean unused = Brokers.drain(options.socket());
  }
}
