package dev.lockbroker.it;

import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockRequest;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A program that takes a lock with the SDK and keeps it until it is killed. */
final class SdkHolder {
  private SdkHolder() {}

  /** {@code <path>}. */
  public static void main(String[] args) throws Exception {
    try (LockClient client = LockClient.open();
        Lease lease = client.acquire(LockRequest.exclusive(Path.of(args[0])).label("program"))) {
      System.out.println("held " + lease.ticket() + " " + lease.token());
      new CountDownLatch(1).await();
    }
  }
}
