package dev.lockbroker.core.journal;

import dev.lockbroker.core.table.RequestId;
import java.io.FileInputStream;
import java.io.IOException;
import java.security.SecureRandom;

/**
 * Random names. Read from the kernel, because {@link SecureRandom} loads the security providers,
 * which costs a command-line tool more than taking the lock does.
 */
public final class RandomBits {
  /** Fetched at once: each opening of the device costs as much as the rest of a request. */
  private static final byte[] POOL = new byte[256];

  private static int left;

  private RandomBits() {}

  /** A request id that nobody has ever used. */
  public static RequestId requestId() {
    return new RequestId(hex(16));
  }

  static String hex(int bytes) {
    StringBuilder out = new StringBuilder(2 * bytes);
    synchronized (POOL) {
      for (int i = 0; i < bytes; i++) {
        if (left == 0) {
          fill();
        }
        left--;
        out.append(Hex.of(POOL[left] & 0xff, 2));
      }
    }
    return out.toString();
  }

  private static void fill() {
    try (FileInputStream kernel = new FileInputStream("/dev/urandom")) {
      if (kernel.readNBytes(POOL, 0, POOL.length) == POOL.length) {
        left = POOL.length;
        return;
      }
    } catch (IOException e) {
      // No such device in this sandbox: the slow way serves.
    }
    new SecureRandom().nextBytes(POOL);
    left = POOL.length;
  }
}
