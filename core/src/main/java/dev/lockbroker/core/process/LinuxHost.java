package dev.lockbroker.core.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;

/** This process on Linux. */
public final class LinuxHost implements Host {
  private static final Path PROC = Path.of("/proc");

  private final ProcessIdentity self;
  private final String bootId;
  private final long timeNamespace;

  private LinuxHost(ProcessIdentity self, String bootId, long timeNamespace) {
    this.self = self;
    this.bootId = bootId;
    this.timeNamespace = timeNamespace;
  }

  /**
   * Looks at this process once.
   *
   * @throws UnsupportedOperationException if this is not Linux
   * @throws UncheckedIOException if {@code /proc} is missing or keeps these facts from us
   */
  public static LinuxHost current() {
    requireLinux(System.getProperty("os.name", "this system"));
    try {
      return new LinuxHost(readSelf(), readBootId(), readTimeNamespace());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Lockbroker cannot see its own process in /proc; is it mounted here?", e);
    }
  }

  static void requireLinux(String system) {
    if (!system.equals("Linux")) {
      throw new UnsupportedOperationException(
          "This build of Lockbroker judges processes through /proc, which "
              .concat(system)
              .concat(" has not"));
    }
  }

  private static ProcessIdentity readSelf() throws IOException {
    ProcStatus status = new ProcStatus(read("/proc/self/status"));
    return new ProcessIdentity(
        status.innermostPid(),
        ProcStat.require(read("/proc/self/stat")).startTicks(),
        ProcTable.namespace(PROC.resolve("self/ns/pid")),
        status.effectiveUid());
  }

  private static String readBootId() throws IOException {
    byte[] line = read("/proc/sys/kernel/random/boot_id");
    return new String(line, StandardCharsets.ISO_8859_1).strip();
  }

  /** The first page of a file, without what a channel costs at the start of a program. */
  private static byte[] read(String file) throws IOException {
    byte[] buffer = new byte[4096];
    int length = ProcFiles.read(file, buffer);
    if (length < 0) {
      throw new IOException(file.concat(" cannot be read"));
    }
    return Arrays.copyOf(buffer, length);
  }

  private static long readTimeNamespace() throws IOException {
    try {
      return ProcTable.namespace(PROC.resolve("self/ns/time"));
    } catch (NoSuchFileException e) {
      return 0; // before Linux 5.6
    }
  }

  @Override
  public ProcessIdentity self() {
    return self;
  }

  @Override
  public String bootId() {
    return bootId;
  }

  @Override
  public long timeNamespace() {
    return timeNamespace;
  }

  @Override
  public long uid() {
    return self.uid();
  }

  /**
   * {@inheritDoc}
   *
   * @throws UncheckedIOException if {@code /proc/stat} does not tell
   */
  @Override
  public long bootTimeSeconds() {
    try (BufferedReader lines = Files.newBufferedReader(PROC.resolve("stat"))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("btime ")) {
          return Long.parseLong(line.substring(6).strip());
        }
      }
      throw new IOException("/proc/stat has no line btime");
    } catch (IOException e) {
      throw new UncheckedIOException("The time of boot cannot be read", e);
    }
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long wallMicros() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }
}
