package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder that a server needs elsewhere than where the others are; deleted with its server. */
record Scratch(Path folder) {
  /** A new one below that folder. */
  static Scratch in(Path parent) throws IOException {
    return new Scratch(Files.createTempDirectory(parent, "lb-peer"));
  }

  /** Deletes it with all that is in it, as far as that can be done. */
  void delete() {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> all = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path one : all) {
        Files.deleteIfExists(one);
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("cannot delete " + folder + ": " + e.getMessage());
    }
  }
}
