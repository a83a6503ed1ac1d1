package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real process of ours; what it writes goes to two files, so that nobody has to read along. */
final class Child {
  private final String what;
  private final Process process;
  private final Path out;
  private final Path err;

  Child(String what, Process process, Path out, Path err) {
    this.what = what;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  OutputStream stdin() {
    return process.getOutputStream();
  }

  /** Waits for its end. */
  Child await() throws Exception {
    return await(Deadline.LONG);
  }

  Child await(Duration limit) throws Exception {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      fail("this did not end within " + limit.toSeconds() + " s: " + this);
    }
    return this;
  }

  /** The exit status, as Java tells it: 128 + n after signal n. */
  int exit() throws Exception {
    await();
    return process.exitValue();
  }

  /** The exit status, however long that takes: the caller has a deadline of its own. */
  int awaitExit() throws InterruptedException {
    return process.waitFor();
  }

  /** Removes what it has written. */
  void discard() throws IOException {
    Files.deleteIfExists(out);
    Files.deleteIfExists(err);
  }

  /** Waits for its end and requires this exit status. */
  Child exits(int expected) throws Exception {
    int exit = exit();
    if (exit != expected) {
      assertEquals(expected, exit, () -> "exit of " + this + "\nstderr: " + err());
    }
    return this;
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  byte[] outBytes() throws IOException {
    return Files.readAllBytes(out);
  }

  List<String> errLines() {
    return err().lines().toList();
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(" + e + ")";
    }
  }

  /** Sends a signal to this process alone. */
  void signal(String name) throws Exception {
    Os.signal(name, pid());
  }

  /** Sends a signal to its process group; only for a command started with {@code ownGroup()}. */
  void signalGroup(String name) throws Exception {
    Os.signal(name, -pid());
  }

  void end() {
    process.destroyForcibly();
  }

  @Override
  public String toString() {
    return what + " (pid " + pid() + ")";
  }
}
