package dev.lockbroker.it;

import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LeaseLostException;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockRequest;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A program that takes a lock with the SDK, says on each line of stdin whether it holds (for {@code
 * tag}: what a child's environment would say), and on stderr that it was told of its loss.
 */
final class SdkHolder {
  private SdkHolder() {}

  /** {@code <path> <ttl in milliseconds>}. */
  public static void main(String[] args) throws Exception {
    LockRequest request =
        LockRequest.exclusive(Path.of(args[0]))
            .label("program")
            .ttl(Duration.ofMillis(Long.parseLong(args[1])));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (LockClient client = LockClient.open();
        Lease lease = client.acquire(request)) {
      lease.onLost(cause -> System.err.println("told " + cause));
      System.out.println("granted");
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(
            line.equals("tag") ? lease.environment().get("LOCKBROKER_LEASE") : answer(lease));
      }
    }
  }

  private static String answer(Lease lease) {
    try {
      lease.requireHeld();
      return "held";
    } catch (LeaseLostException e) {
      return "lost: " + e.getMessage();
    }
  }
}
