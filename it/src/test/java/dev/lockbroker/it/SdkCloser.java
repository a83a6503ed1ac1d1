package dev.lockbroker.it;

import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Uses a client, closes it, and says what it has left behind. */
final class SdkCloser {
  private SdkCloser() {}

  /** {@code <path>}. */
  public static void main(String[] args) throws Exception {
    Path path = Path.of(args[0]);
    // The first time leaves what a JVM keeps for good, such as its source of random numbers.
    use(path);
    List<String> before = descriptors();
    use(path);
    List<String> left = descriptors();
    before.forEach(left::remove);
    left.forEach(file -> System.out.println("descriptor " + file));
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().matches("(?i)(lockbroker|grpc|netty).*")) {
        // One that has just reported its end may still be seen on a busy machine.
        thread.join(5_000);
        if (thread.isAlive()) {
          System.out.println("thread " + thread.getName());
        }
      }
    }
    System.out.println("done");
  }

  private static void use(Path path) throws Exception {
    try (LockClient client = LockClient.open();
        Lease lease = client.acquire(LockRequest.exclusive(path))) {
      lease.requireHeld();
      client.acquireAsync(LockRequest.exclusive(path).onQueued(update -> {})).cancel(true);
    }
  }

  private static List<String> descriptors() throws IOException {
    List<String> targets = new ArrayList<>();
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      for (Path link : links.toList()) {
        String target = targetOf(link);
        if (!target.startsWith("/proc/")) {
          targets.add(target);
        }
      }
    }
    return targets;
  }

  /** The descriptor of the listing itself is gone by now. */
  private static String targetOf(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "/proc/self/fd";
    }
  }
}
