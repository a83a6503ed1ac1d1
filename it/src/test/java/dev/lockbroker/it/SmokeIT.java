package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SmokeIT {
  @Test
  void the_distribution_is_there() {
    Path dist = Path.of(System.getProperty("lockbroker.dist", ""));
    assertTrue(Files.isExecutable(dist.resolve("bin/lockctl")));
    assertTrue(Files.isDirectory(dist.resolve("lib")));
  }
}
