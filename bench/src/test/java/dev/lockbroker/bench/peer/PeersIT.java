package dev.lockbroker.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every peer that is found here is a lock, and leaves nothing running. */
final class PeersIT {
  private static final Path DIST = Path.of(System.getProperty("lockbroker.dist", ""));
  private static final int ROUNDS = 200;

  static Stream<String> ids() {
    return Peers.all(DIST).stream().map(Peer::id);
  }

  @ParameterizedTest
  @MethodSource("ids")
  @Timeout(120)
  void keeps_others_out_and_leaves_no_process(String id) throws Exception {
    Peer peer = Peers.all(DIST).stream().filter(one -> one.id().equals(id)).findFirst().get();
    if (peer.find() instanceof Found.Missing missing) {
      abort("there is no " + missing.what() + " here; " + missing.howToGet());
    }
    // Short, because it holds a socket.
    Scratch scratch = Scratch.in(Path.of(System.getProperty("java.io.tmpdir")));
    try {
      long[] pids;
      try (Service service = peer.start(scratch.folder())) {
        Path file = Files.writeString(scratch.folder().resolve("number"), "0");
        assertEquals(contend(peer, service, file), Integer.parseInt(Files.readString(file)));
        pids = service.pids();
      }
      assertEquals(
          List.of(),
          Stream.concat(
                  Arrays.stream(pids).boxed(),
                  ProcessHandle.current().descendants().map(ProcessHandle::pid))
              .filter(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
              .toList(),
          "still running");
    } finally {
      scratch.delete();
    }
  }

  /** One session here or two, one in another process. Returns how often they have added one. */
  private static int contend(Peer peer, Service service, Path file) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Session> sessions = new ArrayList<>();
    Process other = peer.isAcrossProcesses() ? process(peer, service, file) : null;
    try {
      List<Lock> locks = new ArrayList<>();
      for (int i = 0; i < (peer.isWithinProcess() ? 2 : 1); i++) {
        Session session = peer.connect(service.address());
        sessions.add(session);
        locks.add(session.lock(Counting.NAME));
      }
      if (other != null) {
        begin(other);
      }
      List<Future<?>> tasks = new ArrayList<>();
      for (Lock lock : locks) {
        tasks.add(
            threads.submit(
                () -> {
                  Counting.count(lock, file, ROUNDS);
                  return null;
                }));
      }
      for (Future<?> task : tasks) {
        task.get();
      }
      if (other != null) {
        requireDone(other);
      }
      return ROUNDS * (locks.size() + (other == null ? 0 : 1));
    } finally {
      if (other != null) {
        other.destroyForcibly().waitFor();
      }
      for (Session session : sessions) {
        session.close();
      }
      threads.shutdownNow();
    }
  }

  private static Process process(Peer peer, Service service, Path file) throws Exception {
    List<String> command =
        Launch.javaCommand(
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
            Counting.class.getName(),
            DIST.toString(),
            peer.id(),
            service.address(),
            file.toString(),
            Integer.toString(ROUNDS));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static void begin(Process other) throws Exception {
    assertEquals("ready", reader(other).readLine());
    other.getOutputStream().write('\n');
    other.getOutputStream().flush();
  }

  private static void requireDone(Process other) throws Exception {
    assertEquals("done", reader(other).readLine());
    other.waitFor(10, TimeUnit.SECONDS);
    assertEquals(0, other.exitValue());
  }

  /** The same at each call. */
  private static BufferedReader reader(Process process) {
    return process.inputReader();
  }
}
