package dev.lockbroker.bench.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Figures of processes, read from {@code /proc}. */
public final class Proc {
  /** What the kernel counts processor time in, for every Linux program that reads it: 10 ms. */
  private static final double SECONDS_PER_TICK = 0.01;

  /** After the name in {@code stat}, which may hold blanks: state is field 3. */
  private static final int FIRST_FIELD = 3;

  private static final int USER_FIELD = 14;
  private static final int SYSTEM_FIELD = 15;
  private static final double KB_PER_MB = 1024;

  /** To begin with. */
  public static final Used NOTHING = new Used(0, 0, 0);

  private Proc() {}

  /**
   * What a process has used up to now, all of its living threads together.
   *
   * @param processorSeconds user and system, in steps of 10 ms
   * @param exactSeconds the same as the scheduler counts it, of threads that live; 0 if it does not
   * @param wakeUps how often one of its living threads began to wait
   */
  public record Used(double processorSeconds, double exactSeconds, long wakeUps) {
    Used plus(Used other) {
      return new Used(
          processorSeconds + other.processorSeconds,
          exactSeconds + other.exactSeconds,
          wakeUps + other.wakeUps);
    }

    /** What was used since then. */
    public Used since(Used earlier) {
      return new Used(
          processorSeconds - earlier.processorSeconds,
          exactSeconds - earlier.exactSeconds,
          wakeUps - earlier.wakeUps);
    }
  }

  /** Resident memory of these together, MB of 1,048,576 bytes; shared pages count in each. */
  public static double residentMb(long... pids) throws IOException {
    double sum = 0;
    for (long pid : pids) {
      sum += labelled(of(pid).resolve("status"), "VmRSS:") / KB_PER_MB;
    }
    return sum;
  }

  /** The same with shared pages divided among those who share them. */
  public static double proportionalMb(long... pids) throws IOException {
    double sum = 0;
    for (long pid : pids) {
      sum += labelled(of(pid).resolve("smaps_rollup"), "Pss:") / KB_PER_MB;
    }
    return sum;
  }

  /** What these have used together. */
  public static Used used(long... pids) throws IOException {
    Used sum = NOTHING;
    for (long pid : pids) {
      sum = sum.plus(new Used(processorSeconds(pid), 0, 0));
      try (DirectoryStream<Path> threads = Files.newDirectoryStream(of(pid).resolve("task"))) {
        for (Path thread : threads) {
          sum = sum.plus(usedBy(thread));
        }
      }
    }
    return sum;
  }

  private static Used usedBy(Path thread) throws IOException {
    try {
      long switches = labelled(thread.resolve("status"), "voluntary_ctxt_switches:");
      Path scheduled = thread.resolve("schedstat");
      double nanos =
          Files.exists(scheduled) ? Double.parseDouble(text(scheduled).split(" ", 2)[0]) : 0;
      return new Used(0, nanos / 1e9, switches);
    } catch (NoSuchFileException e) {
      return NOTHING;
    }
  }

  private static double processorSeconds(long pid) throws IOException {
    String stat = text(of(pid).resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks =
        Long.parseLong(fields[USER_FIELD - FIRST_FIELD])
            + Long.parseLong(fields[SYSTEM_FIELD - FIRST_FIELD]);
    return ticks * SECONDS_PER_TICK;
  }

  private static long labelled(Path file, String label) throws IOException {
    for (String line : text(file).split("\n", -1)) {
      if (line.startsWith(label)) {
        return Long.parseLong(line.substring(label.length()).replace("kB", "").trim());
      }
    }
    throw new IOException("there is no '" + label + "' in " + file);
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1).trim();
  }

  private static Path of(long pid) {
    return Path.of("/proc", Long.toString(pid));
  }
}
