package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** A real git repository with one commit, {@code base}. */
final class Repo {
  private final Sandbox box;
  private final Path path;

  private Repo(Sandbox box, Path path) {
    this.box = box;
    this.path = path;
  }

  static Repo create(Sandbox box, Path path) throws Exception {
    Files.createDirectories(path);
    Repo repo = new Repo(box, path);
    repo.git("init", "-q", "-b", "main");
    // Git would tidy up in the background just when a test removes its folder.
    repo.git("config", "gc.auto", "0");
    repo.git("commit", "-q", "--allow-empty", "-m", "base");
    repo.git("tag", "base");
    return repo;
  }

  Path path() {
    return path;
  }

  /** Where the journal is. */
  Path locks() {
    return path.resolve(".git/lockbroker");
  }

  Journal journal() {
    return new Journal(locks().resolve("journal"));
  }

  /** Runs git, which must succeed; its output. */
  String git(String... arguments) throws Exception {
    String[] words = new String[arguments.length + 1];
    words[0] = "git";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    return box.command(path, words).run().exits(0).out();
  }

  /** A linked worktree on a branch of its own. */
  Path worktree(String name) throws Exception {
    Path where = path.resolveSibling(name);
    git("worktree", "add", "-q", "-b", name, where.toString());
    return where;
  }

  void hook(String name, String script) throws Exception {
    Path hook = path.resolve(".git/hooks").resolve(name);
    Files.createDirectories(path.resolve(".git/hooks"));
    Files.writeString(hook, "#!/bin/sh\n" + script + "\n");
    assertEquals(true, hook.toFile().setExecutable(true));
  }

  /**
   * What is wrong with the commits since {@code base}: each must add exactly the file that its
   * message names, with that name as its content.
   */
  List<String> wrongCommits() throws Exception {
    return wrongCommits("HEAD");
  }

  /** The same for another branch. */
  List<String> wrongCommits(String branch) throws Exception {
    String log =
        git("log", "--no-renames", "--raw", "--no-abbrev", "--format=#%s", "base.." + branch);
    List<String> wrong = new ArrayList<>();
    for (String commit : log.split("#", -1)) {
      if (!commit.isBlank()) {
        judge(commit.lines().filter(line -> !line.isBlank()).toList(), wrong);
      }
    }
    return wrong;
  }

  private static void judge(List<String> commit, List<String> wrong) throws Exception {
    String message = commit.get(0);
    String expected =
        ":000000 100644 " + "0".repeat(40) + " " + blob(message + "\n") + " A\t" + message;
    if (!commit.subList(1, commit.size()).equals(List.of(expected))) {
      wrong.add(String.join(" | ", commit));
    }
  }

  /** The name that git gives this content. */
  private static String blob(String content) throws Exception {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
    sha1.update(("blob " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().formatHex(sha1.digest(bytes));
  }

  int commits() throws Exception {
    return Integer.parseInt(git("rev-list", "--count", "base..HEAD").strip());
  }

  /**
   * Nothing is damaged, no git lock and no run folder of ours is left.
   *
   * @param accepted locks of git's that may be there, from the git directory
   */
  void requireSound(String... accepted) throws Exception {
    assertEquals(
        "", box.command(path, "git", "fsck", "--strict", "--no-dangling").run().exits(0).err());
    Path git = path.resolve(".git");
    List<Path> expected = Stream.of(accepted).map(git::resolve).toList();
    try (Stream<Path> files = Files.find(git, 20, (p, a) -> isGitLock(p))) {
      assertEquals(
          List.of(), files.filter(file -> !expected.contains(file)).toList(), "lock files of git");
    }
    requireNoRuns();
  }

  /** What was moved aside is none any more. */
  private boolean isGitLock(Path file) {
    return file.toString().endsWith(".lock") && !file.startsWith(locks());
  }

  void requireNoRuns() throws Exception {
    Path runs = locks().resolve("run");
    if (Files.exists(runs)) {
      try (Stream<Path> left = Files.list(runs)) {
        assertEquals(List.of(), left.toList(), "folders of commands that have ended");
      }
    }
  }
}
