package dev.lockbroker.core.journal;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who has a guard, as far as the system tells; for a message.
 *
 * @param pid its process; 0 if that is not known
 * @param stopped whether that process is stopped, so that nothing but somebody's help moves it on
 */
record GuardHolder(long pid, boolean stopped) {
  /** The system does not tell. */
  static final GuardHolder UNKNOWN = new GuardHolder(0, false);

  private static final Path PROC = Path.of("/proc");

  /** Who has a lock on the file with that inode number. */
  static GuardHolder ofInode(String inode) {
    try (BufferedReader locks = Files.newBufferedReader(PROC.resolve("locks"))) {
      String end = ":" + inode;
      for (String line = locks.readLine(); line != null; line = locks.readLine()) {
        String[] words = line.trim().split(" +", -1);
        if (words.length > 5 && words[1].equals("POSIX") && words[5].endsWith(end)) {
          long pid = Long.parseLong(words[4]);
          return new GuardHolder(pid, isStopped(pid));
        }
      }
    } catch (IOException | NumberFormatException e) {
      // The system does not tell.
    }
    return UNKNOWN;
  }

  /** {@code T}, or {@code t} under a debugger, is what stands behind the name in its stat. */
  private static boolean isStopped(long pid) {
    try {
      Path stat = PROC.resolve(Long.toString(pid)).resolve("stat");
      String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
      String behindName = line.substring(line.lastIndexOf(')') + 1).strip();
      return behindName.startsWith("T") || behindName.startsWith("t");
    } catch (IOException e) {
      return false;
    }
  }

  /** Why the guard cannot be had, and what to do. */
  String sentence(Path guard) {
    if (stopped) {
      return "pid "
          + pid
          + " is stopped and keeps "
          + guard
          + " locked; continue it ('kill -CONT "
          + pid
          + "') or end it";
    }
    return guard
        + " was in use by others all the time, just now by "
        + (pid == 0 ? "another process" : "pid " + pid)
        + "; the machine or that process is busy: try again later";
  }
}
