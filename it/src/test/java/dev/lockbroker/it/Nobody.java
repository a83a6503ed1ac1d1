package dev.lockbroker.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Somebody for whom permissions count, and who is not the owner of anything. */
final class Nobody {
  private Nobody() {}

  /** Words that run a command as somebody for whom permissions count; none if we are such. */
  static String[] words() {
    if (!Os.isRoot()) {
      return new String[0];
    }
    boolean has = Files.isExecutable(Path.of("/usr/bin/setpriv"));
    assumeTrue(has, "root may write everywhere, and there is no setpriv to become somebody else");
    // The distribution may be in a folder that only its owner can enter.
    Path at = Sandbox.dist();
    while (at != null) {
      boolean open = isOpen(at);
      assumeTrue(open, "nobody cannot reach the distribution: " + at);
      at = at.getParent();
    }
    return new String[] {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
  }

  private static boolean isOpen(Path folder) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)).endsWith("x");
    } catch (IOException e) {
      return false;
    }
  }
}
