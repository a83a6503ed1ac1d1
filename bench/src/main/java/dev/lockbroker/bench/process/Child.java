package dev.lockbroker.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that is spoken with line by line. What it prints is stamped with {@link
 * System#nanoTime} as it arrives, by a thread of its own; what it complains of goes to a file.
 */
public final class Child {
  private static final int SHOWN_COMPLAINTS = 5;
  private static final Said END = new Said("", 0);

  private final String name;
  private final Process process;
  private final Path complaints;
  private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();

  /**
   * A line.
   *
   * @param nanos when it arrived
   */
  public record Said(String line, long nanos) {
    /** The word at that place, from 0. */
    public String word(int place) {
      return line.split(" ", -1)[place];
    }

    /** The same as a number. */
    public long number(int place) {
      return Long.parseLong(word(place));
    }
  }

  Child(String name, ProcessBuilder builder, Path complaints) throws IOException {
    this.name = name;
    this.complaints = complaints;
    this.process = builder.start();
    Thread reader = new Thread(this::read, "bench-read");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.add(new Said(line, System.nanoTime()));
      }
    } catch (IOException e) {
      // It was killed: what it had said is all there is.
      said.add(END);
    }
    said.add(END);
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Tells it a line.
   *
   * @throws IOException if it does not listen any more
   */
  public void say(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /**
   * Its next line, which has to begin with that word.
   *
   * @throws IOException if it says something else, nothing in time, or has ended
   */
  public Said expect(String word, Duration patience) throws IOException, InterruptedException {
    return expect(patience, word);
  }

  /**
   * The same, of several words.
   *
   * @throws IOException if it says something else, nothing in time, or has ended
   */
  public Said expect(Duration patience, String... words) throws IOException, InterruptedException {
    Said next = next(patience);
    if (next == null) {
      throw new IOException(
          quoted() + " has not said " + Arrays.toString(words) + " in " + patience + complained());
    }
    if (!Arrays.asList(words).contains(next.word(0))) {
      throw new IOException(
          quoted() + " said '" + next.line() + "', not " + Arrays.toString(words) + complained());
    }
    return next;
  }

  /**
   * Its next line; null if there was none in time.
   *
   * @throws IOException if it has ended
   */
  public @Nullable Said next(Duration patience) throws IOException, InterruptedException {
    Said next = said.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (END.equals(next)) {
      said.add(END);
      throw new IOException(quoted() + " has ended" + complained());
    }
    return next;
  }

  /** Whether it has said anything that nobody has asked for. */
  public boolean hasSaidMore() {
    return !said.isEmpty();
  }

  /** Waits for its end by itself; its exit status. */
  public int result(Duration patience) throws IOException, InterruptedException {
    if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IOException(quoted() + " still runs after " + patience + complained());
    }
    return process.exitValue();
  }

  /** All that it says until it ends, which has to be with status 0. */
  public List<String> output(Duration patience) throws IOException, InterruptedException {
    int exit = result(patience);
    List<String> lines = new ArrayList<>();
    for (Said next = said.take(); !END.equals(next); next = said.take()) {
      lines.add(next.line());
    }
    if (exit != 0) {
      throw new IOException(quoted() + " ended with status " + exit + complained());
    }
    return lines;
  }

  /** SIGKILL to it, then to what it has started; does not wait. */
  public void kill() {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
  }

  /** What it has started, and what these have. */
  public List<ProcessHandle> started() {
    return process.descendants().toList();
  }

  void awaitEnd() {
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private String quoted() {
    int classPath = name.indexOf(" -cp ");
    int main = name.indexOf(" dev.lockbroker.");
    String shown = classPath > 0 && main > classPath ? "java" + name.substring(main) : name;
    return "'" + shown.lines().findFirst().orElse("") + "'";
  }

  /** The last lines of its stderr, for a message; without stacks. */
  private String complained() {
    try {
      List<String> lines =
          Files.readAllLines(complaints).stream().filter(line -> !line.startsWith("\t")).toList();
      List<String> last = lines.subList(Math.max(0, lines.size() - SHOWN_COMPLAINTS), lines.size());
      return last.isEmpty() ? "" : ": " + String.join(" | ", last);
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }
}
