package dev.lockbroker.it;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Programs that a machine may lack. */
final class Tools {
  private Tools() {}

  /** Skips the test if there is no such program. */
  static void require(String program, String debianPackage) {
    Assumptions.assumeTrue(
        has(program), "there is no " + program + " here (Debian: " + debianPackage + ")");
  }

  static boolean has(String program) {
    String searchPath = System.getenv("PATH");
    for (String folder : (searchPath == null ? "" : searchPath).split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  /** A script beside the tests. */
  static String script(String name) {
    return Path.of("src/test/python", name).toAbsolutePath().toString();
  }
}
