package dev.lockbroker.core.process;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program that judges processes from another place than the test's own. */
final class FarJudge {
  private FarJudge() {}

  /** Prints one verdict for each process named; "self" is this one; "exhaust" opens all it can. */
  public static void main(String[] arguments) throws IOException {
    Host host = LinuxHost.current();
    Processes processes = new LinuxProcesses(host, Path.of("/proc"));
    List<FileInputStream> open = new ArrayList<>();
    processes.judge(host.self()); // loads classes while that is possible
    processes.judge(new ProcessIdentity(host.self().pid(), 0, host.self().pidNamespace(), 0));
    StringBuilder verdicts = new StringBuilder();
    for (String argument : arguments) {
      switch (argument) {
        case "exhaust" -> exhaust(open);
        case "carriers" -> verdicts.append(carriers(processes)).append(' ');
        case "self" -> verdicts.append(processes.judge(host.self())).append(' ');
        default -> verdicts.append(judge(processes, host, argument)).append(' ');
      }
    }
    System.out.println(verdicts.toString().strip());
    for (FileInputStream file : open) {
      file.close();
    }
  }

  private static void exhaust(List<FileInputStream> open) {
    try {
      while (true) {
        open.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException e) {
      // None is left, as wanted.
    }
  }

  private static String carriers(Processes processes) {
    try {
      return processes.carriers("PATH", "", -1).isEmpty() ? "NONE" : "SOME";
    } catch (UncheckedIOException e) {
      return "ERROR";
    }
  }

  /** {@code pid.start} is completed with my own namespace. */
  private static Verdict judge(Processes processes, Host host, String text) {
    boolean isComplete = text.chars().filter(c -> c == '.').count() == 3;
    String mine = "." + host.self().pidNamespace() + "." + host.uid();
    return processes.judge(ProcessIdentity.parse(isComplete ? text : text + mine));
  }
}
