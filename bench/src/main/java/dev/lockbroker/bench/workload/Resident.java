package dev.lockbroker.bench.workload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What processes have in memory. */
final class Resident {
  private static final String FIELD = "VmRSS:";

  private Resident() {}

  /** Of all of them together, in kibibytes; who has ended counts nothing. */
  static long kibibytes(long... pids) throws IOException {
    long sum = 0;
    for (long pid : pids) {
      Path status = Path.of("/proc", Long.toString(pid), "status");
      if (Files.exists(status)) {
        sum += of(status);
      }
    }
    return sum;
  }

  private static long of(Path status) throws IOException {
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(FIELD)) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }
}
