package dev.lockbroker.core.journal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A file system of its own, small enough to be filled. */
final class SmallDisk implements AutoCloseable {
  private final Path path;

  private SmallDisk(Path path) {
    this.path = path;
  }

  /** Mounts one below that folder; the test is skipped, saying why, where that is not allowed. */
  static SmallDisk mount(Path below) throws Exception {
    Path path = Files.createDirectory(below.resolve("small"));
    int exit = run(List.of("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", path.toString()));
    assumeTrue(exit == 0, "only root can mount a small file system to fill it");
    return new SmallDisk(path);
  }

  Path path() {
    return path;
  }

  /** Takes all the space there is; the file to delete afterwards. */
  Path fill() throws IOException {
    Path filler = path.resolve("filler");
    try (FileChannel channel =
        FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (channel.write(ByteBuffer.allocate(4096)) > 0) {
        // Until there is no space left.
      }
    } catch (IOException e) {
      return filler;
    }
    return filler;
  }

  @Override
  public void close() throws IOException {
    int exit = run(List.of("umount", path.toString()));
    if (exit != 0) {
      throw new IOException("umount of " + path + " failed: " + exit);
    }
  }

  private static int run(List<String> words) throws IOException {
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    boolean interrupted = false;
    while (true) {
      try {
        int exit = process.waitFor();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return exit;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
