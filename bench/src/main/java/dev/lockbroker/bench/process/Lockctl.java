package dev.lockbroker.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The command line of a distribution. */
public final class Lockctl {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration ARCHIVE_PATIENCE = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 50;

  private Lockctl() {}

  /** Its path. */
  public static Path of(Path dist) {
    return dist.resolve("bin/lockctl");
  }

  /**
   * Runs it once and, where there may be one, waits for the archive of classes that the launcher
   * then makes in the background: it would be measured with whatever comes next.
   *
   * @return whether there is one; without, every start takes twice as long
   */
  public static boolean prepare(Children children, Path dist)
      throws IOException, InterruptedException {
    Path place = children.surroundings().folder();
    Child first = children.start(place, List.of(of(dist).toString(), "run", "--", "true"));
    List<String> unused = first.output(PATIENCE);
    if (!children.surroundings().hasArchive()) {
      return false;
    }
    Path archives = children.surroundings().archiveOf(Path.of(System.getProperty("java.home")));
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < ARCHIVE_PATIENCE.toNanos()) {
      if (hasArchive(archives)) {
        return true;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return false;
  }

  private static boolean hasArchive(Path archives) throws IOException {
    if (!Files.isDirectory(archives)) {
      return false;
    }
    try (Stream<Path> files = Files.list(archives)) {
      return files.anyMatch(file -> file.toString().endsWith(".jsa"));
    }
  }
}
