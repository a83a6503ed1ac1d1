package dev.lockbroker.core.repository;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lockbroker.core.repository.Lockable.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LockableTest {
  private static final Path PATH = Path.of("/a");

  @Test
  void parts_that_do_not_fit_are_refused() {
    assertThrows(
        IllegalArgumentException.class, () -> new Lockable(PATH, PATH, Kind.GIT, null, null, PATH));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Lockable(PATH, PATH, Kind.PATH, PATH, null, PATH));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Lockable(PATH, PATH, Kind.PATH, null, ":main", PATH));
  }
}
