package dev.lockbroker.core.git;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.ProcessView;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.process.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A machine with the real wall clock, a monotonic clock that stands, and a proc made of files. */
final class FakeMachine implements Host, Processes {
  static final long SELF = 4000;
  static final long NOW = 1_000_000_000_000L;

  final Path proc;
  final long uid;
  final List<ProcessIdentity> carriers = new ArrayList<>();
  long wallShiftSeconds;

  /** For how long this process is stopped at its next look at the wall clock. */
  long stopSeconds;

  private long stoppedSeconds;
  boolean failsToLook;

  FakeMachine(Path proc) throws IOException {
    this.proc = proc;
    Files.createDirectories(proc);
    this.uid = Integer.toUnsignedLong((Integer) Files.getAttribute(proc, "unix:uid"));
    process(SELF, "java", "/", List.of("java"));
    process(1, "init", "/", List.of("init"));
    write(SELF + "/mountinfo", "22 27 0:21 / /proc rw,relatime - proc proc rw\n");
    Files.createSymbolicLink(proc.resolve("self"), Path.of(Long.toString(SELF)));
  }

  /** A living process; {@code /} stands for a place that has nothing to do with it. */
  void process(long pid, String name, String directory, List<String> arguments, String... env) {
    write(
        pid + "/stat",
        pid
            + " ("
            + name
            + ") S 1 1 77 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 100 5000000 10 1 0 0\n");
    write(pid + "/cmdline", String.join("\0", arguments) + "\0");
    write(pid + "/environ", String.join("\0", env) + "\0");
    link(pid + "/cwd", directory.equals("/") ? proc.resolveSibling("else").toString() : directory);
  }

  void opens(long pid, Path file) {
    link(pid + "/fd/7", file.toString());
  }

  void hideDirectoryOf(long pid) throws IOException {
    Files.delete(proc.resolve(pid + "/cwd"));
  }

  private void write(String file, String content) {
    try {
      Path path = proc.resolve(file);
      Files.createDirectories(path.getParent());
      Files.write(path, content.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void link(String file, String target) {
    try {
      Path path = proc.resolve(file);
      Files.createDirectories(path.getParent());
      Files.createSymbolicLink(path, Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ProcessIdentity self() {
    return new ProcessIdentity(SELF, 100, 4026531836L, uid);
  }

  @Override
  public String bootId() {
    return "boot";
  }

  @Override
  public long timeNamespace() {
    return 0;
  }

  @Override
  public long uid() {
    return uid;
  }

  @Override
  public long bootTimeSeconds() {
    return wallMicros() / 1_000_000 - 1_000;
  }

  @Override
  public long nanoTime() {
    return NOW + stoppedSeconds * 1_000_000_000L;
  }

  @Override
  public long wallMicros() {
    stoppedSeconds += stopSeconds;
    stopSeconds = 0;
    Instant now = Instant.now().plusSeconds(wallShiftSeconds + stoppedSeconds);
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }

  @Override
  public Verdict judge(ProcessIdentity process) {
    return Verdict.DEAD;
  }

  @Override
  public OptionalLong session(long pid) {
    return OptionalLong.empty();
  }

  @Override
  public OptionalLong startTicks(long pid) {
    return OptionalLong.empty();
  }

  @Override
  public Optional<ProcessView> view(ProcessIdentity process) {
    return Optional.empty();
  }

  @Override
  public List<ProcessIdentity> carriers(String variable, String needle, long session) {
    if (failsToLook) {
      throw new UncheckedIOException(new IOException("out of descriptors"));
    }
    return List.copyOf(carriers);
  }
}
