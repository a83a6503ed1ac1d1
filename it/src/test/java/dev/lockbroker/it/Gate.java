package dev.lockbroker.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Shell scripts say that they are inside, and stay there until the test lets them go. */
final class Gate {
  private final Path folder;

  Gate(Path folder) {
    this.folder = folder;
  }

  /** Shell: notes its pid under this name, then waits for {@link #open}. */
  String pass(String name) {
    return arrive(name) + "; until [ -e '" + folder.resolve("open") + "' ]; do sleep 0.02; done";
  }

  /** Shell: notes its pid under this name. */
  String arrive(String name) {
    // In one step, so that nobody reads a pid that is only half there.
    Path there = folder.resolve("in." + name);
    return "echo $$ >'" + there + ".new' && mv '" + there + ".new' '" + there + "'";
  }

  /** The pids of those that are inside or were. */
  List<Long> arrived() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("in\\.[^.]*"))
          .map(Gate::pid)
          .toList();
    }
  }

  boolean has(String name) {
    return Files.exists(folder.resolve("in." + name));
  }

  /** The pid of the one with this name, when it is inside. */
  long await(String name) throws Exception {
    Deadline.await(name + " is inside", () -> has(name));
    return pid(folder.resolve("in." + name));
  }

  /** Returns when so many have come. */
  void await(int count) throws Exception {
    Deadline.await(count + " are inside", () -> arrived().size() >= count);
  }

  void open() throws IOException {
    Files.createFile(folder.resolve("open"));
  }

  private static long pid(Path file) {
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
