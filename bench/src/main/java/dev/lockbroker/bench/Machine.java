package dev.lockbroker.bench;

import dev.lockbroker.bench.report.Run.Fact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What figures depend on: the machine and the programs that everybody uses. */
final class Machine {
  private Machine() {}

  /** What the system does not tell is said to be unknown. */
  static List<Fact> facts(Path folder, Path home) throws IOException {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("commit", commit(home)));
    facts.add(
        new Fact(
            "processor",
            valueIn("/proc/cpuinfo", "model name", ":")
                + ", "
                + Runtime.getRuntime().availableProcessors()
                + " cores"));
    facts.add(new Fact("memory", memory()));
    facts.add(
        new Fact(
            "system",
            valueIn("/etc/os-release", "PRETTY_NAME", "=")
                + ", kernel "
                + System.getProperty("os.version")));
    facts.add(new Fact("file system", WorkFolder.type(folder)));
    facts.add(
        new Fact(
            "JDK",
            System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version")));
    facts.add(new Fact("git", output(home, "git", "--version")));
    facts.add(new Fact("load at the beginning", load()));
    return facts;
  }

  /** Load averages of 1, 5 and 15 minutes: whether others used the machine, too. */
  static String load() {
    List<String> lines = lines("/proc/loadavg");
    String line = lines.isEmpty() ? "unknown" : lines.get(0);
    String[] words = line.split(" ", -1);
    return words.length < 3 ? line : words[0] + " " + words[1] + " " + words[2];
  }

  private static String commit(Path home) {
    String commit = output(home, "git", "rev-parse", "--short=12", "HEAD");
    boolean isChanged =
        !output(home, "git", "status", "--porcelain", "--untracked-files=no").isEmpty();
    return isChanged ? commit + " with changes" : commit;
  }

  private static String memory() {
    String total = valueIn("/proc/meminfo", "MemTotal", ":").replaceAll("[^0-9]", "");
    return total.isEmpty() ? "unknown" : Long.parseLong(total) / (1 << 20) + " GB";
  }

  private static String valueIn(String file, String name, String separator) {
    for (String line : lines(file)) {
      int at = line.indexOf(separator);
      if (line.startsWith(name) && at > 0) {
        return line.substring(at + 1).replace("\"", "").strip();
      }
    }
    return "unknown";
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The output of a short command, or "unknown". */
  private static String output(Path folder, String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0
          ? text.strip()
          : "unknown";
    } catch (IOException e) {
      return "unknown";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "unknown";
    }
  }
}
