package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A mounted file system of a test; only root can make one. */
final class Mount implements AutoCloseable {
  private static final int PAGE = 4096;

  private final Path path;

  private Mount(Path path) {
    this.path = path;
  }

  /** An empty one in memory, of one MiB. */
  static Mount small(Path path) throws Exception {
    Files.createDirectory(path);
    mount("-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", path.toString());
    return new Mount(path);
  }

  /** That folder as it is, but nothing below it can be written any more. */
  static Mount readOnly(Path path) throws Exception {
    mount("--bind", path.toString(), path.toString());
    Mount made = new Mount(path);
    mount("-o", "remount,ro,bind", path.toString());
    return made;
  }

  Path path() {
    return path;
  }

  /** Takes all the space there is; the file to delete afterwards. */
  Path fill() throws IOException {
    Path filler = path.resolve("filler");
    try (FileChannel channel =
        FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (channel.write(ByteBuffer.allocate(PAGE)) > 0) {
        // Until there is no space left.
      }
    } catch (IOException e) {
      return filler;
    }
    return filler;
  }

  /** Takes the space that is left at the end of a journal, by a torn line that says nothing. */
  static void fillUp(Path journal) throws IOException {
    int left = PAGE - (int) (Files.size(journal) % PAGE);
    if (left < PAGE && left > 1) {
      Files.writeString(journal, "x".repeat(left - 2) + "~\n", StandardOpenOption.APPEND);
    }
  }

  private static void mount(String... words) throws Exception {
    assumeTrue(Os.isRoot(), "only root can mount a file system for a test");
    assumeTrue(run("mount", words) == 0, "this machine does not let even root mount anything");
  }

  private static int run(String command, String... words) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.command().addAll(java.util.List.of(words));
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    return builder.start().onExit().join().exitValue();
  }

  /** Processes that are just ending may use it for a moment. */
  @Override
  public void close() throws IOException {
    assertEquals(0, run("umount", "-l", path.toString()), () -> "umount " + path);
  }
}
