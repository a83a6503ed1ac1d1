package dev.lockbroker.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A picture of all processes of one sandbox at one moment. */
final class TortureProcesses {
  private static final Path PROC = Path.of("/proc");

  /** What a process is, as far as chaos cares. */
  enum Role {
    /** The shell that works in the critical section, also while it is still the trampoline. */
    WORKER,
    GIT,
    HOOK,
    OTHER
  }

  /**
   * A process.
   *
   * @param round of which it is part; empty for none
   */
  record Proc(long pid, long parent, Role role, String round, String words) {}

  private final List<Proc> all;

  private TortureProcesses(List<Proc> all) {
    this.all = all;
  }

  static TortureProcesses of(Sandbox box) throws IOException {
    String mark = "HOME=" + box.root().resolve("home") + "\0";
    List<Proc> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        String environment = read(entry.resolve("environ"));
        if (environment.contains(mark)) {
          add(found, entry, environment);
        }
      }
    }
    found.removeIf(process -> process.pid == ProcessHandle.current().pid());
    return new TortureProcesses(found);
  }

  private static void add(List<Proc> found, Path entry, String environment) {
    String stat = read(entry.resolve("stat"));
    String words = read(entry.resolve("cmdline"));
    int end = stat.lastIndexOf(')');
    if (end < 0 || words.isEmpty()) {
      return;
    }
    String command = stat.substring(stat.indexOf('(') + 1, end);
    long parent = Long.parseLong(stat.substring(end + 2).split(" ", -1)[1]);
    String round =
        Arrays.stream(environment.split("\0", -1))
            .filter(line -> line.startsWith("TORTURE_ROUND="))
            .map(line -> line.substring("TORTURE_ROUND=".length()))
            .findFirst()
            .orElse("");
    long pid = Long.parseLong(String.valueOf(entry.getFileName()));
    found.add(new Proc(pid, parent, role(command, words), round, words.replace('\0', ' ').strip()));
  }

  private static Role role(String command, String words) {
    if (command.equals("git")) {
      return Role.GIT;
    }
    if (words.contains("hooks/pre-commit") || command.equals("sleep")) {
      return Role.HOOK;
    }
    boolean works = words.contains("/torture/section\0");
    return works && !command.equals("java") && !command.equals("setsid") ? Role.WORKER : Role.OTHER;
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** Those that play this role in some round. */
  List<Proc> with(Role role) {
    return all.stream().filter(p -> p.role == role && !p.round.isEmpty()).toList();
  }

  /** A process, those that it started, and those of the same rounds whose parents are gone. */
  List<Proc> tree(long root) {
    Set<Long> pids = new HashSet<>();
    Set<String> rounds = new HashSet<>();
    Deque<Long> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      long pid = open.remove();
      if (pids.add(pid)) {
        for (Proc process : all) {
          if (process.parent == pid) {
            open.add(process.pid);
          }
          if (process.pid == pid && !process.round.isEmpty()) {
            rounds.add(process.round);
          }
        }
      }
    }
    return all.stream().filter(p -> pids.contains(p.pid) || rounds.contains(p.round)).toList();
  }
}
