package dev.lockbroker.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where everything is made that is measured: on a disk, with a path short enough for sockets. */
final class WorkFolder implements AutoCloseable {
  /** A socket's path has at most 107 bytes; this leaves room for what is below. */
  private static final int MOST_BYTES = 50;

  private final Path path;

  private WorkFolder(Path path) {
    this.path = path;
  }

  /**
   * Makes one in that folder, else below the module's target or in {@code /var/tmp}.
   *
   * @throws IOException if there is no suitable place; the message says which option names one
   */
  static WorkFolder make(@Nullable Path chosen, Path home) throws IOException {
    if (chosen != null) {
      return in(chosen.toAbsolutePath());
    }
    for (Path candidate : List.of(home.resolve("target"), Path.of("/var/tmp"))) {
      if (isShort(candidate) && Files.isWritable(candidate) && !isMemory(candidate)) {
        return in(candidate);
      }
    }
    throw new IOException(
        "neither bench/target nor /var/tmp is a writable folder on a disk with a short path; name"
            + " one with --work");
  }

  private static WorkFolder in(Path parent) throws IOException {
    if (!isShort(parent)) {
      throw new IOException(
          "the path of '" + parent + "' is too long for sockets in it; name another with --work");
    }
    Files.createDirectories(parent);
    return new WorkFolder(Files.createTempDirectory(parent, "lb"));
  }

  private static boolean isShort(Path path) {
    return path.toString().length() <= MOST_BYTES;
  }

  private static boolean isMemory(Path path) throws IOException {
    return type(path).equals("tmpfs");
  }

  static String type(Path path) throws IOException {
    return Files.getFileStore(path).type();
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    remove(path);
  }

  /** Removes a folder and all that is in it, also while somebody else still removes his part. */
  static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
