package dev.lockbroker.it;

import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LeaseLostException;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockException;
import dev.lockbroker.client.LockRequest;
import dev.lockbroker.client.LockTimeoutException;
import dev.lockbroker.client.UnavailableException;
import dev.lockbroker.client.WorkerAliveException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;

/**
 * A program that uses the SDK until it is told to stop: {@code workers} commits in child processes
 * that keep the lease; {@code heartbeats} writes tokens to a store that checks them. Besides the
 * events of {@link TortureField} it writes:
 *
 * <pre>
 * R slot round            finished a round      T round token time   believed to hold it
 * U slot round words      was refused           L round words        lost its lease
 * F round token           the store refused its token
 * </pre>
 */
final class TortureProgram {
  /** Of leases kept by heartbeats. */
  static final Duration TTL = Duration.ofSeconds(2);

  private static final int FENCED_OFF = 9;

  private final String slot;
  private final int life;
  private final Random random;
  private final Path folder;
  private final Path repository;

  private TortureProgram(String slot, int life, long seed, Path folder, Path repository) {
    this.slot = slot;
    this.life = life;
    this.random = new Random(seed);
    this.folder = folder;
    this.repository = repository;
  }

  /** {@code workers|heartbeats <slot> <life> <seed> <folder> <repository>}. */
  public static void main(String[] args) throws Exception {
    TortureProgram program =
        new TortureProgram(
            args[1],
            Integer.parseInt(args[2]),
            Long.parseLong(args[3]),
            Path.of(args[4]),
            Path.of(args[5]));
    program.run(args[0].equals("workers"));
  }

  private void run(boolean workers) throws Exception {
    try (LockClient client = LockClient.open()) {
      for (int n = 0; !Files.exists(folder.resolve("stop")); n++) {
        String id = slot + "." + life + "." + n;
        try {
          if (workers) {
            work(client, TortureRound.random(random, slot, id));
          } else {
            write(client, id);
          }
          say("R " + slot + " " + id);
        } catch (LeaseLostException e) {
          say("L " + id + " " + words(e));
        } catch (LockTimeoutException e) {
          say("U " + slot + " " + id + " timeout");
        } catch (UnavailableException e) {
          say("U " + slot + " " + id + " " + e.what() + " " + words(e));
          Thread.sleep(200);
        } catch (LockException e) {
          say("X " + id + " " + words(e));
        }
      }
    }
  }

  private static String words(Exception e) {
    return e.toString().replace('\n', ' ');
  }

  private void work(LockClient client, TortureRound round) throws Exception {
    Path tree = round.tree().equals("main") ? repository : repository.resolveSibling(round.tree());
    Lease lease = client.acquire(request(round, tree));
    ProcessBuilder builder = new ProcessBuilder(round.command(folder)).directory(tree.toFile());
    builder.environment().put("TORTURE_ROUND", round.id());
    builder.environment().put("TORTURE_HOOK", round.hook());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      lease.start(builder).waitFor();
    } finally {
      close(lease);
    }
  }

  private static LockRequest request(TortureRound round, Path tree) {
    LockRequest request = round.reads() ? LockRequest.shared(tree) : LockRequest.exclusive(tree);
    if (round.byName()) {
      request = request.scope(round.scope());
    } else if (!round.all()) {
      request = request.worktree();
    }
    if (round.waitMillis() > 0) {
      request = request.waitAtMost(Duration.ofMillis(round.waitMillis()));
    }
    return request
        .label(TortureRound.label(round.id()))
        .ttl(Duration.ofMillis(round.ttlMillis()))
        .keptByProcesses();
  }

  /** What a killed worker has left behind may live on for a while. */
  private void close(Lease lease) throws Exception {
    while (true) {
      try {
        lease.close();
        return;
      } catch (WorkerAliveException e) {
        Thread.sleep(50);
      }
    }
  }

  private void write(LockClient client, String id) throws Exception {
    LockRequest request = LockRequest.exclusive(repository).label(TortureRound.label(id)).ttl(TTL);
    if (random.nextInt(100) < 75) {
      request = request.scope("/name/log");
    }
    try (Lease lease = client.acquire(request)) {
      int effects = 1 + random.nextInt(6);
      for (int i = 0; i < effects; i++) {
        long nanos = System.nanoTime();
        lease.requireHeld();
        say("T " + id + " " + lease.token() + " " + nanos);
        // What is to be written takes time: a stop in between is noticed by the store alone.
        Thread.sleep(random.nextInt(100) < 50 ? random.nextInt(600) : 0);
        append(lease, id);
        Thread.sleep(random.nextInt(random.nextInt(100) < 10 ? 3_000 : 300));
      }
    }
  }

  private void append(Lease lease, String id) throws Exception {
    String script = folder.resolve("fence").toString();
    ProcessBuilder builder = new ProcessBuilder("sh", script, Long.toString(lease.token()), id);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    if (builder.start().waitFor() == FENCED_OFF) {
      say("F " + id + " " + lease.token());
      if (lease.isHeld()) {
        say("X " + id + " is held with token " + lease.token() + " though a higher one was used");
      }
    }
  }

  private void say(String event) throws IOException {
    Files.write(
        folder.resolve("events"),
        (event + "\n").getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.APPEND);
  }
}
