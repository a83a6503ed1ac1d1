package dev.lockbroker.core.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All processes listed in one {@code /proc}, with the facts that are asked of many of them. */
final class ProcTable {
  /** Room for 100000 mounts, the most that a namespace may have by default. */
  private static final int MOUNTS_BYTES = 64 << 20;

  private final Path root;

  ProcTable(Path root) {
    this.root = root;
  }

  /**
   * Every process that lives during the whole call is in the list; others may be.
   *
   * @throws IOException if the list would be incomplete
   */
  List<Long> pids() throws IOException {
    List<Long> pids = new ArrayList<>();
    // Not File.list(), which takes an error in the middle for the end.
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        addIfNumber(pids, entry.getFileName().toString());
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return pids;
  }

  private static void addIfNumber(List<Long> pids, String name) {
    // No other entry of proc begins with a digit.
    if (Character.isDigit(name.charAt(0))) {
      pids.add(Long.valueOf(name));
    }
  }

  /**
   * Reads its stat.
   *
   * @throws NoSuchFileException if it is gone
   * @throws IOException if it cannot be read, or is not understood
   */
  ProcStat stat(long pid) throws IOException {
    return ProcStat.require(ProcFiles.readAtMost(file(pid, "stat"), ProcStat.BYTES));
  }

  /** Its pids from my namespace inwards, the last in its own; empty if the kernel does not say. */
  List<Long> namespacedPids(long pid) throws IOException {
    return new ProcStatus(ProcFiles.readAtMost(file(pid, "status"), ProcStatus.BYTES)).pids();
  }

  /** Inode number of its pid namespace. */
  long pidNamespace(long pid) throws IOException {
    return namespace(file(pid, "ns/pid"));
  }

  /**
   * The number in a link such as {@code pid:[4026531836]}.
   *
   * @throws IOException if the link cannot be read or has another form
   */
  static long namespace(Path link) throws IOException {
    String text = Files.readSymbolicLink(link).toString();
    int open = text.indexOf(":[");
    if (open < 0 || !text.endsWith("]")) {
      throw new IOException(link + " is no link to a namespace");
    }
    try {
      return Long.parseLong(text.substring(open + 2, text.length() - 1));
    } catch (NumberFormatException e) {
      throw new IOException(link + " is no link to a namespace", e);
    }
  }

  /** Whether its effective user is this one. */
  boolean belongsTo(long pid, long uid) throws IOException {
    return Files.getAttribute(root.resolve(Long.toString(pid)), "unix:uid") instanceof Integer owner
        && Integer.toUnsignedLong(owner) == uid;
  }

  /** Whether it is certain that no process has this pid any more. */
  boolean isGone(long pid) {
    return Files.notExists(root.resolve(Long.toString(pid)));
  }

  Path file(long pid, String name) {
    return root.resolve(Long.toString(pid)).resolve(name);
  }

  /** Whether this is the proc of the namespace in which I have this pid. */
  boolean isSeenFrom(long myPid) {
    try {
      Path self = Files.readSymbolicLink(root.resolve("self"));
      return self.toString().equals(Long.toString(myPid));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether it shows the processes of other users, too: the first process can be seen, and no proc
   * is mounted with {@code hidepid}. The second is needed in containers where the first process is
   * of the same user as we, and can be seen in any case. False also on errors.
   */
  boolean hidesNothing() {
    try {
      byte[] mounts = ProcFiles.readAtMost(root.resolve("self/mountinfo"), MOUNTS_BYTES);
      return mounts.length < MOUNTS_BYTES
          && !new String(mounts, StandardCharsets.ISO_8859_1).contains("hidepid=")
          && Files.isReadable(file(1, "stat"));
    } catch (IOException e) {
      return false;
    }
  }
}
