package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Adds one to the number in a file, again and again, under a peer's lock: what two do at once is
 * lost. Also a process of its own, that begins when it is sent a line.
 */
final class Counting {
  static final String NAME = "counted";

  private Counting() {}

  /** {@code <dist> <peer> <address> <file> <rounds>}. */
  public static void main(String[] arguments) throws Exception {
    Peer peer =
        Peers.all(Path.of(arguments[0])).stream()
            .filter(one -> one.id().equals(arguments[1]))
            .findFirst()
            .orElseThrow();
    try (Session session = peer.connect(arguments[2])) {
      Lock lock = session.lock(NAME);
      System.out.println("ready");
      if (System.in.read() < 0) {
        throw new IOException("nobody wants it");
      }
      count(lock, Path.of(arguments[3]), Integer.parseInt(arguments[4]));
    }
    System.out.println("done");
    System.exit(0);
  }

  static void count(Lock lock, Path file, int rounds) throws Exception {
    for (int i = 0; i < rounds; i++) {
      lock.acquire();
      try {
        Files.writeString(file, Integer.toString(Integer.parseInt(Files.readString(file)) + 1));
      } finally {
        lock.release();
      }
    }
  }
}
