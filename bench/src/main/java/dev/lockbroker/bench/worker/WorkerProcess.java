package dev.lockbroker.bench.worker;

import dev.lockbroker.bench.peer.Peer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The runner's end of a {@link Worker}: same JVM and same flags for every peer. Used by one thread
 * at a time. Its process ends with this one, in whichever way that ends.
 */
public final class WorkerProcess implements AutoCloseable {
  /** A JVM that loads a client and connects, on a machine that does so for many at once. */
  private static final long START_NANOS = 60_000_000_000L;

  private static final int LAST_WORDS = 5;
  private static final String ENDED = "ended";

  private final String name;
  private final Process process;
  private final Writer orders;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final Path errors;
  private final Path samples;

  private WorkerProcess(String name, Process process, Path errors, Path samples) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    this.samples = samples;
    this.orders = process.outputWriter(StandardCharsets.UTF_8);
  }

  /**
   * Starts it; {@link #awaitReady} says when it is connected.
   *
   * @param folder its own, for what it writes
   * @param isQuick starts faster, runs slower
   */
  public static WorkerProcess start(
      Peer peer, Path dist, String address, Path folder, boolean isQuick) throws IOException {
    Files.createDirectories(folder);
    Path errors = folder.resolve("stderr");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // A client's share of a small machine: no collector of many threads, a heap that holds.
    command.addAll(
        List.of("-XX:+UseSerialGC", "-Xms32m", "-Xmx256m", "-Xss512k", "-XX:-UsePerfData"));
    if (isQuick) {
      command.add("-XX:TieredStopAtLevel=1");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName()));
    command.addAll(List.of(peer.id(), dist.toString(), address));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    WorkerProcess worker =
        new WorkerProcess(
            "worker " + folder.getFileName() + " of " + peer.id(),
            builder.start(),
            errors,
            folder.resolve("samples"));
    Thread reader = new Thread(worker::read, "answers of " + worker.name);
    reader.setDaemon(true);
    reader.start();
    return worker;
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        answers.add(line);
      }
    } catch (IOException e) {
      // It has ended, which is what is said next.
    }
    answers.add(ENDED);
  }

  /** Waits until it is connected. */
  public void awaitReady() throws WorkerException, InterruptedException {
    await(Worker.READY, START_NANOS);
  }

  /** Gives an order without waiting. */
  public void send(Order order) throws WorkerException {
    List<String> words = new ArrayList<>(order.words());
    words.add(samples.toString());
    try {
      orders.write(String.join(" ", words) + "\n");
      orders.flush();
    } catch (IOException e) {
      throw new WorkerException(name + " has ended; " + lastWords());
    }
  }

  /** Waits until the order that was sent is carried out. */
  public void await(long limitNanos) throws WorkerException, InterruptedException {
    await(Worker.DONE, limitNanos);
  }

  private void await(String expected, long limitNanos)
      throws WorkerException, InterruptedException {
    String answer = answers.poll(limitNanos, TimeUnit.NANOSECONDS);
    if (answer == null) {
      throw new WorkerException(
          name
              + " did not answer within "
              + TimeUnit.NANOSECONDS.toSeconds(limitNanos)
              + " s; "
              + lastWords());
    }
    if (!answer.startsWith(expected)) {
      throw new WorkerException(name + ": " + answer + "; " + lastWords());
    }
  }

  /** Gives an order and waits until it is carried out. */
  public void carryOut(Order order, long limitNanos) throws WorkerException, InterruptedException {
    send(order);
    await(limitNanos);
  }

  /** What the last order has measured. */
  public long[] samples() throws IOException {
    return Samples.read(samples);
  }

  /** For memory and processor time. */
  public long pid() {
    return process.pid();
  }

  private String lastWords() {
    try {
      List<String> lines = Files.readAllLines(errors, StandardCharsets.UTF_8);
      List<String> words = new ArrayList<>();
      for (String line : lines) {
        // Where in the code is for the file; why is for the reader.
        if (!line.isBlank() && !line.startsWith("\tat ")) {
          words.add(line.strip());
        }
      }
      List<String> last = words.subList(Math.max(0, words.size() - LAST_WORDS), words.size());
      return last.isEmpty() ? "it said nothing" : "it said: " + String.join(" | ", last);
    } catch (IOException e) {
      return "what it said cannot be read: " + e;
    }
  }

  /** Ends the process, whatever it does, and waits for that. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
