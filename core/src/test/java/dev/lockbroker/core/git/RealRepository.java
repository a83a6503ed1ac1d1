package dev.lockbroker.core.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A repository of the real git, with an upstream and a linked working tree, and what is done in it.
 */
final class RealRepository {
  final Path root;
  final Path top;
  final Path common;

  RealRepository(Path root) throws Exception {
    this.root = root.toRealPath();
    Path upstream = this.root.resolve("up");
    git(this.root, "init", "-q", "-b", "main", upstream.toString());
    for (int i = 0; i < 30; i++) {
      Files.writeString(upstream.resolve("f" + i), "line " + i + "\n");
      git(upstream, "add", "-A");
      git(upstream, "commit", "-q", "-m", "c" + i);
      git(upstream, "branch", "old" + i);
    }
    top = this.root.resolve("repo");
    git(this.root, "clone", "-q", "file://" + upstream, top.toString());
    common = top.resolve(".git");
    git(top, "config", "gc.auto", "0");
    git(top, "branch", "side", "HEAD~10");
    git(top, "worktree", "add", "-q", "-b", "w", this.root.resolve("w").toString());
  }

  /** An answer of git. */
  record Answer(int exit, String text) {}

  static ProcessBuilder builder(Path folder, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder.environment().put("HOME", "/nonexistent");
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    builder.environment().put("GIT_EDITOR", "true");
    for (String who : List.of("AUTHOR", "COMMITTER")) {
      builder.environment().put("GIT_" + who + "_NAME", "a");
      builder.environment().put("GIT_" + who + "_EMAIL", "a@example.org");
    }
    return builder.redirectErrorStream(true);
  }

  static Answer ask(Path folder, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Process git = builder(folder, command).start();
    String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(git.waitFor(), text);
  }

  static String git(Path folder, String... arguments) throws Exception {
    Answer answer = ask(folder, arguments);
    if (answer.exit != 0) {
      throw new AssertionError("git " + String.join(" ", arguments) + ": " + answer.text);
    }
    return answer.text;
  }

  /** Starts a script as the leader of a session of its own. */
  Process start(String script) throws IOException {
    return builder(top, List.of("setsid", "sh", "-c", script))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Kills all of a session, and returns when all of it is gone. */
  static void kill(Process leader) throws Exception {
    Process kill =
        new ProcessBuilder("sh", "-c", "kill -9 -" + leader.pid() + " 2>/dev/null; exit 0").start();
    kill.waitFor();
    leader.waitFor();
    long end = System.nanoTime() + 20_000_000_000L;
    while (isAnyInGroup(leader.pid())) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("the killed processes do not go");
      }
      Thread.sleep(1);
    }
  }

  private static boolean isAnyInGroup(long group) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(path -> path.getFileName().toString().matches("\\d+"))
          .anyMatch(path -> isIn(path, group));
    }
  }

  private static boolean isIn(Path process, long group) {
    try {
      String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[2]) == group && !fields[0].equals("Z");
    } catch (IOException e) {
      return false;
    }
  }

  void hook(String name, String script) throws IOException {
    Path hook = common.resolve("hooks").resolve(name);
    Files.createDirectories(hook.getParent());
    Files.writeString(hook, "#!/bin/sh\n" + script + "\n");
    if (!hook.toFile().setExecutable(true)) {
      throw new IOException(hook + " cannot be made executable");
    }
  }

  /** Lock files of git that are there. */
  List<String> locks() throws IOException {
    try (Stream<Path> files = Files.walk(common)) {
      return files
          .filter(file -> !file.startsWith(common.resolve("lockbroker")))
          .filter(
              file ->
                  file.toString().endsWith(".lock")
                      || file.endsWith("packed-refs.new")
                      || file.endsWith("gc.pid"))
          .map(file -> common.relativize(file).toString())
          .toList();
    }
  }

  /** Everything that the dead locks stand in the way of. */
  List<String> brokenCommands() throws Exception {
    List<String> broken = new ArrayList<>();
    String all =
        "add -A|commit -q --allow-empty -m next|tag next|tag -d next|config x.y z"
            + "|branch next side|branch -D next|pack-refs --all|fetch -q origin"
            + "|worktree add -q --detach ../next|worktree remove --force ../next|gc -q"
            + "|fsck --no-dangling";
    for (String one : all.split("\\|", -1)) {
      Answer answer = ask(top, one.split(" ", -1));
      if (answer.exit != 0) {
        broken.add("git " + one + ": " + answer.text.strip());
      }
    }
    return broken;
  }

  /** As before. */
  void reset() throws Exception {
    Files.deleteIfExists(common.resolve("hooks/reference-transaction"));
    Files.deleteIfExists(common.resolve("hooks/pre-commit"));
    for (String operation : List.of("rebase", "am", "merge", "cherry-pick")) {
      ask(top, operation, "--abort");
    }
    ask(top, "reset", "-q", "--hard");
    git(top, "checkout", "-q", "-f", "main");
    git(top, "reset", "-q", "--hard", "origin/main");
    ask(top, "clean", "-q", "-fdx");
    ask(top, "worktree", "remove", "--force", "../new");
    ask(top, "branch", "-D", "new");
    ask(top, "tag", "-d", "t");
  }
}
