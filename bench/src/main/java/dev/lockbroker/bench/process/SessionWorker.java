package dev.lockbroker.bench.process;

import dev.lockbroker.bench.peer.Lock;
import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.peer.Peers;
import dev.lockbroker.bench.peer.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A process with one session of a peer. It says {@code ready}; then it is told {@code lock NAME}
 * and says {@code asking} and {@code entered NANOS}, or {@code unlock NAME} and says {@code left}.
 * It ends with its input.
 */
public final class SessionWorker {
  private SessionWorker() {}

  /** {@code DIST PEER ADDRESS}. */
  public static void main(String[] arguments) throws Exception {
    Peer peer = find(Path.of(arguments[0]), arguments[1]);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Map<String, Lock> locks = new HashMap<>();
    try (Session session = peer.connect(arguments[2])) {
      System.out.println("ready");
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", 2);
        Lock lock = locks.get(words[1]);
        if (lock == null) {
          lock = session.lock(words[1]);
          locks.put(words[1], lock);
        }
        obey(words[0], lock);
      }
    }
    // Some clients leave threads behind.
    System.exit(0);
  }

  private static void obey(String word, Lock lock) throws Exception {
    switch (word) {
      case "lock" -> {
        System.out.println("asking");
        lock.acquire();
        long nanos = System.nanoTime();
        System.out.println("entered " + nanos);
      }
      case "unlock" -> {
        lock.release();
        System.out.println("left");
      }
      default -> throw new IOException("what is '" + word + "'?");
    }
  }

  private static Peer find(Path dist, String id) throws IOException {
    for (Peer peer : Peers.all(dist)) {
      if (peer.id().equals(id)) {
        return peer;
      }
    }
    throw new IOException("there is no peer '" + id + "'");
  }
}
