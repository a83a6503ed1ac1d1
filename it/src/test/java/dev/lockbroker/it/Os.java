package dev.lockbroker.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What only the system can do or tell. */
final class Os {
  private static final Path PROC = Path.of("/proc");

  private Os() {}

  /** Sends a signal; a negative pid means a process group. A process that is gone is no error. */
  static void signal(String name, long pid) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, "--", Long.toString(pid))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    kill.waitFor();
  }

  /** The processes whose environment has this text: those of one sandbox. */
  static List<Long> processesWith(String text) {
    List<Long> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(String.valueOf(entry.getFileName()));
        if (pid != ProcessHandle.current().pid() && read(pid, "environ").contains(text)) {
          found.add(pid);
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return found;
  }

  /** {@code 4711 S sleep 1000}. */
  static String describe(long pid) {
    return pid + " " + state(pid) + " " + read(pid, "cmdline").replace('\0', ' ').strip();
  }

  /** The letter of {@code /proc/<pid>/stat}; {@code -} if there is no such process. */
  static char state(long pid) {
    List<String> fields = stat(pid);
    return fields.isEmpty() ? '-' : fields.get(0).charAt(0);
  }

  static boolean isAlive(long pid) {
    char state = state(pid);
    return state != '-' && state != 'Z' && state != 'X';
  }

  /** User and system time in ticks of 10 ms. */
  static long cpuTicks(long pid) {
    List<String> fields = stat(pid);
    return Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
  }

  static long residentKilobytes(long pid) {
    return read(pid, "status")
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElse(0);
  }

  /** Whether Ctrl-C does nothing to what is started from here: that is inherited. */
  static boolean isInterruptIgnored() {
    return read(ProcessHandle.current().pid(), "status")
        .lines()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** What it was started with. */
  static Stream<String> environment(long pid) {
    return Arrays.stream(read(pid, "environ").split("\0", -1));
  }

  /** The fields after the command's name, from the state on. */
  private static List<String> stat(long pid) {
    String stat = read(pid, "stat");
    int end = stat.lastIndexOf(')');
    return end < 0 ? List.of() : List.of(stat.substring(end + 2).strip().split(" ", -1));
  }

  private static String read(long pid, String file) {
    try {
      return new String(
          Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve(file)),
          StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
