package dev.lockbroker.core.process;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/**
 * Finds processes of other pid namespaces from the initial one, where all are listed, under other
 * numbers.
 */
final class NamespaceSearch {
  /** The inode number of the initial pid namespace, the same on every Linux. */
  static final long INITIAL_NAMESPACE = 0xEFFFFFFCL;

  /** Instead of a pid: the process is in no place where it could be. */
  static final long NOWHERE = -1;

  /** Instead of a pid: nobody can tell. */
  static final long UNCLEAR = -2;

  private NamespaceSearch() {}

  /** The number in the initial namespace of this process, or one of the two constants. */
  static long pidOf(ProcessIdentity process, ProcTable table) {
    try {
      long found = NOWHERE;
      for (long pid : table.pids()) {
        long match = match(pid, process, table);
        if (match > 0) {
          return match;
        }
        found = Math.min(found, match);
      }
      return found;
    } catch (IOException e) {
      return UNCLEAR;
    }
  }

  private static long match(long pid, ProcessIdentity process, ProcTable table) throws IOException {
    try {
      List<Long> numbers = table.namespacedPids(pid);
      if (numbers.isEmpty()) {
        return UNCLEAR;
      }
      boolean mayBe =
          numbers.subList(1, numbers.size()).contains(process.pid())
              && table.stat(pid).startTicks() == process.startTicks();
      return mayBe ? decide(pid, numbers, process, table) : NOWHERE;
    } catch (NoSuchFileException e) {
      return NOWHERE;
    }
  }

  /**
   * Decides on a process with the right start that has the right number somewhere. If that number
   * is not its innermost, it may still be the one we look for, named by somebody further out.
   */
  private static long decide(
      long pid, List<Long> numbers, ProcessIdentity process, ProcTable table) {
    boolean innermost = numbers.get(numbers.size() - 1) == process.pid();
    try {
      if (innermost && table.pidNamespace(pid) == process.pidNamespace()) {
        return pid;
      }
      boolean alsoFurtherOut = numbers.subList(1, numbers.size() - 1).contains(process.pid());
      return alsoFurtherOut ? UNCLEAR : NOWHERE;
    } catch (IOException e) {
      // Either forbidden or just ended; the next look will tell.
      return UNCLEAR;
    }
  }
}
