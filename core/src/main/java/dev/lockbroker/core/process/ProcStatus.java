package dev.lockbroker.core.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** What we ask of {@code /proc/<pid>/status}. */
final class ProcStatus {
  /** Room for the most supplementary groups a process can have (65536), which stand in it. */
  static final int BYTES = 1 << 20;

  private final String text;

  /** A status, or its beginning: what was cut off is as if the kernel did not say it. */
  ProcStatus(byte[] text) {
    this.text = new String(text, StandardCharsets.ISO_8859_1);
  }

  /**
   * Its pids, from the namespace of this proc inwards, the last in its own; empty if the kernel
   * does not say (before Linux 4.1, and emulations).
   */
  List<Long> pids() {
    return numbers("\nNSpid:");
  }

  /** My own pid, if this is my status; also right where this proc belongs to an outer namespace. */
  long innermostPid() {
    List<Long> pids = pids();
    return pids.isEmpty() ? ProcessHandle.current().pid() : pids.get(pids.size() - 1);
  }

  /** Effective user. */
  long effectiveUid() throws IOException {
    List<Long> users = numbers("\nUid:");
    if (users.size() < 2) {
      throw new IOException("a process status without users");
    }
    return users.get(1);
  }

  /** The numbers behind a label. The only free text, the name, has its line breaks escaped. */
  private List<Long> numbers(String label) {
    int start = text.indexOf(label);
    int end = start < 0 ? -1 : text.indexOf('\n', start + 1);
    List<Long> numbers = new ArrayList<>();
    if (end > 0) {
      StringTokenizer words = new StringTokenizer(text.substring(start + label.length(), end));
      while (words.hasMoreTokens()) {
        numbers.add(Long.valueOf(words.nextToken()));
      }
    }
    return numbers;
  }
}
