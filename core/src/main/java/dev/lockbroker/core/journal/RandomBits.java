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
  private RandomBits() {}

  /** A request id that nobody has ever used. */
  public static RequestId requestId() {
    return new RequestId(hex(16));
  }

  static String hex(int bytes) {
    StringBuilder out = new StringBuilder(2 * bytes);
    for (byte b : random(bytes)) {
      out.append(Hex.of(b & 0xff, 2));
    }
    return out.toString();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    try (FileInputStream kernel = new FileInputStream("/dev/urandom")) {
      if (kernel.readNBytes(bytes, 0, length) == length) {
        return bytes;
      }
    } catch (IOException e) {
      // No such device in this sandbox: the slow way serves.
    }
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }
}
