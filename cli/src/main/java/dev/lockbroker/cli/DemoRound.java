package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One round of the demonstration: a fresh repository, and processes that commit into it at once.
 */
final class DemoRound {
  /** What each process does; the words after its number and the count go before each command. */
  private static final String WORK =
      """
      id=$1 commits=$2
      shift 2
      i=0
      while [ $i -lt "$commits" ]; do
        i=$((i + 1))
        file=process$id-$i.txt
        "$@" sh -c 'echo "$1" >"$1" && git add -- "$1" && git commit -q -m "$1"' sh "$file"
        echo "exit $?"
      done
      """;

  private static final Pattern ACQUIRED =
      Pattern.compile(
          "\"event\":\"acquired\".*?\"ticket\":(\\d+),\"token\":(\\d+),\"waitedMillis\":(\\d+)");

  private final DemoPlace place;
  private final String name;
  private final boolean locked;
  private final int processes;
  private final int commits;

  DemoRound(DemoPlace place, String name, boolean locked, int processes, int commits) {
    this.place = place;
    this.name = name;
    this.locked = locked;
    this.processes = processes;
    this.commits = commits;
  }

  DemoResult run() throws IOException, InterruptedException {
    Path tree = Files.createDirectories(place.path(name));
    place.git(tree, "init", "-q", "-b", "main");
    // A clean-up that starts by itself would be one more writer, in both rounds alike.
    place.git(tree, "config", "gc.auto", "0");
    place.git(tree, "commit", "-q", "--allow-empty", "-m", "begin");
    long startNanos = System.nanoTime();
    List<Process> running = new ArrayList<>();
    for (int i = 1; i <= processes; i++) {
      running.add(place.start(tree, file(i, "out"), file(i, "err"), command(i)));
    }
    for (Process process : running) {
      process.waitFor();
    }
    long wallMillis = (System.nanoTime() - startNanos) / 1_000_000;
    return result(tree, wallMillis);
  }

  private Path file(int process, String suffix) {
    return place.path(name + process + "." + suffix);
  }

  private List<String> command(int process) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", WORK, "sh"));
    command.add(Integer.toString(process));
    command.add(Integer.toString(commits));
    if (locked) {
      command.addAll(List.of(lockctl(), "run", "--quiet", "--json", "--"));
    } else {
      command.add("env");
    }
    return command;
  }

  private static String lockctl() {
    String home = System.getProperty("lockbroker.home");
    if (home == null) {
      throw new CliException(
          ExitCode.SETTINGS, "it is not known where lockctl is; start it by its script in bin/");
    }
    return home + "/bin/lockctl";
  }

  private DemoResult result(Path tree, long wallMillis) throws IOException, InterruptedException {
    int failed = 0;
    List<DemoResult.Grant> grants = new ArrayList<>();
    for (int i = 1; i <= processes; i++) {
      for (String line : Files.readAllLines(file(i, "out"))) {
        failed += line.startsWith("exit ") && !line.equals("exit 0") ? 1 : 0;
      }
      for (String line : Files.readAllLines(file(i, "err"))) {
        Matcher matcher = ACQUIRED.matcher(line);
        if (matcher.find()) {
          grants.add(grant(matcher));
        }
      }
    }
    return counted(
        place.git(tree, "log", "--format=%x01%s", "--name-only"), failed, grants, wallMillis);
  }

  private static DemoResult.Grant grant(Matcher matcher) {
    return new DemoResult.Grant(
        Long.parseLong(matcher.group(1)),
        Long.parseLong(matcher.group(2)),
        Long.parseLong(matcher.group(3)));
  }

  /** Each commit is named like the one file that it ought to hold. */
  private static DemoResult counted(
      String log, int failed, List<DemoResult.Grant> grants, long wallMillis) {
    int made = 0;
    int wrong = 0;
    for (String commit : log.split("\u0001", -1)) {
      List<String> lines = commit.lines().filter(line -> !line.isEmpty()).toList();
      if (lines.isEmpty() || lines.get(0).equals("begin")) {
        continue;
      }
      made++;
      Set<String> files = new HashSet<>(lines.subList(1, lines.size()));
      wrong += files.equals(Set.of(lines.get(0))) ? 0 : 1;
    }
    return new DemoResult(made, wrong, failed, grants, wallMillis);
  }
}
