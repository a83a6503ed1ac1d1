package dev.lockbroker.core.process;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The environment of a process whose first thread has ended before the others, as a big program has
 * it for some milliseconds while it is being killed: the process itself shows none any more, but
 * each thread shows it for as long as it has the memory of the program.
 */
final class LaterThreads {
  private LaterThreads() {}

  /**
   * Looks at each thread.
   *
   * @return empty if none of them can run the program any more, null if one can but shows nothing
   * @throws IOException if they could not all be looked at
   */
  static byte @Nullable [] environment(ProcTable table, long pid, int most) throws IOException {
    boolean someRun = false;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(table.file(pid, "task"))) {
      for (Path thread : threads) {
        byte[] shown = ofThread(thread, most);
        if (shown != null && shown.length > 0) {
          return shown;
        }
        someRun |= shown != null;
      }
    } catch (NoSuchFileException e) {
      return new byte[0];
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return someRun ? null : new byte[0];
  }

  /** What a thread shows; null if it has left the program's memory, or is gone. */
  private static byte @Nullable [] ofThread(Path thread, int most) throws IOException {
    try {
      ProcStat stat =
          ProcStat.require(ProcFiles.readAtMost(thread.resolve("stat"), ProcStat.BYTES));
      return stat.memory() == 0 ? null : ProcFiles.readAtMost(thread.resolve("environ"), most);
    } catch (IOException e) {
      if (Files.notExists(thread)) {
        return null;
      }
      throw e;
    }
  }
}
