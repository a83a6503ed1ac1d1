package dev.lockbroker.bench.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Figures of processes, read from {@code /proc}. */
public final class Proc {
  /** What the kernel counts processor time in, for every Linux program that reads it: 10 ms. */
  private static final double SECONDS_PER_TICK = 0.01;

  /** After the name in {@code stat}, which may hold blanks: state is field 3. */
  private static final int FIRST_FIELD = 3;

  private static final int USER_FIELD = 14;
  private static final int SYSTEM_FIELD = 15;
  private static final double KB_PER_MB = 1024;
  private static final double NANOS_PER_SECOND = 1e9;

  private Proc() {}

  /**
   * What some processes have used up to now.
   *
   * @param processorSeconds user and system, of all threads ever, in steps of 10 ms
   * @param threads the same of each living one, by its id
   */
  public record Used(double processorSeconds, Map<String, ThreadUsed> threads) {
    /** Time on a processor as the scheduler counts it since then, in s; 0 if it does not. */
    public double scheduledSecondsSince(Used earlier) {
      return sumSince(earlier, ThreadUsed::scheduledNanos) / NANOS_PER_SECOND;
    }

    /** How often a thread that still lives began to wait since then. */
    public double wakeUpsSince(Used earlier) {
      return sumSince(earlier, ThreadUsed::waits);
    }

    private double sumSince(Used earlier, ToLongFunction<ThreadUsed> what) {
      long sum = 0;
      for (Map.Entry<String, ThreadUsed> thread : threads.entrySet()) {
        ThreadUsed before = earlier.threads.getOrDefault(thread.getKey(), ThreadUsed.NOTHING);
        sum += what.applyAsLong(thread.getValue()) - what.applyAsLong(before);
      }
      return sum;
    }
  }

  /** What one thread has. */
  record ThreadUsed(long scheduledNanos, long waits) {
    static final ThreadUsed NOTHING = new ThreadUsed(0, 0);
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
    double seconds = 0;
    Map<String, ThreadUsed> threads = new TreeMap<>();
    for (long pid : pids) {
      seconds += processorSeconds(pid);
      try (DirectoryStream<Path> all = Files.newDirectoryStream(of(pid).resolve("task"))) {
        for (Path thread : all) {
          threads.put(thread.toString(), usedBy(thread));
        }
      }
    }
    return new Used(seconds, threads);
  }

  private static ThreadUsed usedBy(Path thread) throws IOException {
    try {
      long waits = labelled(thread.resolve("status"), "voluntary_ctxt_switches:");
      Path scheduled = thread.resolve("schedstat");
      long nanos = Files.exists(scheduled) ? Long.parseLong(text(scheduled).split(" ", 2)[0]) : 0;
      return new ThreadUsed(nanos, waits);
    } catch (NoSuchFileException e) {
      return ThreadUsed.NOTHING;
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
