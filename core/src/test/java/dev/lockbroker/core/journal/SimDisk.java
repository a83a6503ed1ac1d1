package dev.lockbroker.core.journal;

import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Files as POSIX has them: names and inodes apart, so that a file can be open and have no name; an
 * inode number is used again at once. One directory, {@code lockbroker}, may be away, and another
 * one in its place.
 */
final class SimDisk {
  static final String PLACE = "lockbroker";
  static final String GUARD = "guard";
  static final String JOURNAL = "journal";
  static final String NEW = "journal.new";
  static final String RUN = "run";

  /** File systems keep times no finer than a tick of the kernel. */
  private static final long TIME_GRAIN = 4_000_000;

  private final SimWorld world;
  private long inodes;
  final NavigableMap<String, Node> top = new TreeMap<>();

  /** Whether nothing more can be written. */
  boolean full;

  SimDisk(SimWorld world) {
    this.world = world;
  }

  /** A file or a directory. */
  final class Node {
    final long key = ++inodes;
    final @Nullable NavigableMap<String, Node> children;
    byte[] bytes = new byte[0];
    int size;
    int synced;
    long modified = now();

    /** The process that is in the middle of a write. */
    @Nullable SimProcess writer;

    /** The process that has the lock on it. */
    @Nullable SimProcess locked;

    Node(boolean directory) {
      this.children = directory ? new TreeMap<>() : null;
    }

    NavigableMap<String, Node> names() {
      NavigableMap<String, Node> names = children;
      if (names == null) {
        throw new IllegalStateException("no directory");
      }
      return names;
    }

    void append(byte[] more, int from, int to) {
      if (size + to - from > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + to - from));
      }
      System.arraycopy(more, from, bytes, size, to - from);
      size += to - from;
      modified = now();
    }

    byte[] read(int from, int to) {
      return Arrays.copyOfRange(bytes, from, to);
    }

    String text() {
      return new String(bytes, 0, size, StandardCharsets.ISO_8859_1);
    }

    Node copy() {
      Node copy = new Node(children != null);
      copy.append(bytes, 0, size);
      copy.synced = size;
      if (children != null) {
        children.forEach((name, node) -> copy.names().put(name, node.copy()));
      }
      return copy;
    }
  }

  private long now() {
    return world.wallNanos() / TIME_GRAIN * TIME_GRAIN;
  }

  Node directory() {
    return new Node(true);
  }

  Node file() {
    return new Node(false);
  }

  @Nullable Node place() {
    return top.get(PLACE);
  }

  @Nullable Node find(String name) {
    Node place = place();
    return place == null ? null : place.names().get(name);
  }

  Node require(String name) throws NoSuchFileException {
    Node found = find(name);
    if (found == null) {
      throw new NoSuchFileException(name);
    }
    return found;
  }

  /** The directory that the path of ours names. */
  Node requirePlace() throws NoSuchFileException {
    Node place = place();
    if (place == null) {
      throw new NoSuchFileException(PLACE);
    }
    return place;
  }

  @Nullable Node run(String name) {
    Node runs = find(RUN);
    return runs == null ? null : runs.names().get(name);
  }

  @Nullable Node journal() {
    return find(JOURNAL);
  }

  /** What a power loss leaves: the end of what was not synced may be missing, or garbage. */
  void losePower(SimRandom random) {
    Node journal = journal();
    if (journal != null && journal.size > journal.synced && random.oneIn(2)) {
      int from = journal.synced + random.below(journal.size - journal.synced);
      if (random.oneIn(2)) {
        Arrays.fill(journal.bytes, from, journal.size, (byte) 0);
      } else {
        journal.size = from;
      }
    }
    Node guard = find(GUARD);
    if (guard != null && random.oneIn(4)) {
      guard.size = 0;
    }
  }
}
