package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A peer's server as a process of ours. It is ended by its own pid: asked by a signal, killed if it
 * is still there 5 s later, and both also when this JVM ends without closing it.
 */
final class ServerProcess implements Service {
  private static final long START_NANOS = 30_000_000_000L;
  private static final long END_MILLIS = 5_000;
  private static final long LOOK_MILLIS = 20;
  private static final int TAIL_LINES = 15;

  /** Whether a server answers; an exception means that it does not yet. */
  interface Probe {
    boolean answers() throws Exception;
  }

  private final Launch launch;
  private final String address;
  private final Process process;
  private final Thread hook;

  private ServerProcess(Launch launch, String address, Process process) {
    this.launch = launch;
    this.address = address;
    this.process = process;
    this.hook = new Thread(this::end, "end-" + launch.name());
  }

  /** Starts it and waits until it answers. */
  static ServerProcess start(Launch launch, String address, Probe probe)
      throws IOException, InterruptedException {
    Process process;
    try {
      process = launch.builder().start();
    } catch (IOException e) {
      throw new IOException("cannot start " + launch.name() + ": " + e.getMessage(), e);
    }
    ServerProcess server = new ServerProcess(launch, address, process);
    Runtime.getRuntime().addShutdownHook(server.hook);
    boolean ready = false;
    try {
      server.awaitAnswer(probe);
      ready = true;
    } finally {
      if (!ready) {
        server.close();
      }
    }
    return server;
  }

  private void awaitAnswer(Probe probe) throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    String reason = "it does not listen";
    while (System.nanoTime() - startNanos < START_NANOS) {
      if (!process.isAlive()) {
        throw failure("has ended with status " + process.exitValue());
      }
      try {
        if (probe.answers()) {
          return;
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        reason = String.valueOf(e.getMessage());
      }
      Thread.sleep(LOOK_MILLIS);
    }
    throw failure("does not answer after 30 s (" + reason + ")");
  }

  private IOException failure(String what) {
    return new IOException(launch.name() + " " + what + "; " + tail(launch.log()));
  }

  /** The last lines of a log, for a message. */
  static String tail(Path log) {
    try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
      List<String> all = lines.toList();
      int from = Math.max(0, all.size() - TAIL_LINES);
      return "the end of "
          + log
          + ":\n"
          + all.subList(from, all.size()).stream().collect(Collectors.joining("\n"));
    } catch (IOException | UncheckedIOException e) {
      return "its log " + log + " cannot be read: " + e.getMessage();
    }
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public long[] pids() {
    return LongStream.concat(
            LongStream.of(process.pid()), process.descendants().mapToLong(ProcessHandle::pid))
        .toArray();
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This JVM is ending; the hook finds nothing left to do.
    }
  }

  /** Also called by the hook, perhaps at the same time. */
  private synchronized void end() {
    List<ProcessHandle> all =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    if (process.isAlive()) {
      launch.askToEnd(process);
    }
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
    for (ProcessHandle one : all) {
      if (!hasEnded(one, deadlineNanos)) {
        one.destroyForcibly();
        hasEnded(one, System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
      }
    }
    launch.scratch().ifPresent(Scratch::delete);
  }

  private static boolean hasEnded(ProcessHandle one, long deadlineNanos) {
    boolean interrupted = false;
    while (one.isAlive() && System.nanoTime() - deadlineNanos < 0) {
      try {
        Thread.sleep(LOOK_MILLIS / 4);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !one.isAlive();
  }
}
