package dev.lockbroker.broker;

import dev.lockbroker.proto.v1.Granted;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A client in a process of its own, to be killed. Its main program holds one lease. */
final class Child implements AutoCloseable {
  private final Process process;
  private final long ticket;
  private final CompletableFuture<Long> dead = new CompletableFuture<>();

  private Child(Process process, long ticket) {
    this.process = process;
    this.ticket = ticket;
  }

  /** Started, and holding. */
  static Child holding(Path socket, Path repository, String kind) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                socket.toString(),
                repository.toString(),
                kind)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    String line = lines.readLine();
    if (line == null) {
      throw new IOException("the child ended");
    }
    return new Child(process, Long.parseLong(line));
  }

  long ticket() {
    return ticket;
  }

  long pid() {
    return process.pid();
  }

  /** kill -9. */
  void kill() {
    Thread watch = new Thread(this::watchDying);
    watch.start();
    process.destroyForcibly();
  }

  private void watchDying() {
    Path stat = Path.of("/proc/" + process.pid() + "/stat");
    try {
      // A zombie with threads is not dead yet: field 20 counts them.
      String[] words = new String[0];
      while (words.length < 18 || !words[0].equals("Z") || !words[17].equals("1")) {
        String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
        words = line.substring(line.lastIndexOf(')') + 2).split(" ", 20);
        LockSupport.parkNanos(50_000);
      }
    } catch (IOException e) {
      // Reaped already.
    }
    dead.complete(System.nanoTime());
  }

  /** When it was dead. */
  long deadNanos() {
    return dead.join();
  }

  /** Sends a signal by name. */
  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new IOException("kill -" + name + " failed");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Holds until it is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    TestSession session = TestSession.open(Path.of(arguments[0]));
    var request = session.request(Path.of(arguments[1]));
    if (arguments[2].equals("run")) {
      request.setKind(dev.lockbroker.proto.v1.LeaseKind.LEASE_KIND_RUN);
    }
    session.acquire(request.setTtlMillis(600_000));
    Granted granted = session.granted();
    System.out.println(granted.getTicket());
    new CountDownLatch(1).await();
  }
}
