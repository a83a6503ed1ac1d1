package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockbroker.cli.git.GitDecision;
import dev.lockbroker.cli.git.GitInvocation;
import dev.lockbroker.cli.git.GitLookup;
import dev.lockbroker.cli.git.GitPlan;
import dev.lockbroker.cli.git.GitTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the shim decides in the shell, beside what {@code lockctl git} decides. */
final class ShimScriptTest {
  private static final List<String> READERS =
      List.of(
          "status -sb",
          "-C sub status",
          "-c color.ui=false --no-pager diff --stat HEAD~1 -- a",
          "log --oneline -5 --ours",
          "show HEAD:f",
          "rev-parse --show-toplevel",
          "branch",
          "branch -vv",
          "branch --show-current",
          "branch -a --format %(refname)",
          "branch --list f*",
          "branch --merged main",
          "tag",
          "tag -l v*",
          "tag --points-at HEAD",
          "config --get user.name",
          "config user.name",
          "config --global --list",
          "config --type=bool core.bare",
          "config -f .gitmodules --get-regexp path",
          "remote",
          "remote -v",
          "remote get-url origin",
          "stash list",
          "stash show -p",
          "worktree list --porcelain",
          "ls-remote origin",
          "reflog",
          "reflog show main",
          "symbolic-ref --short HEAD",
          "notes list",
          "submodule status",
          "--version",
          "--exec-path",
          "help commit",
          "");

  private static final List<String> WRITERS =
      List.of(
          "commit -m x",
          "add .",
          "-C sub commit",
          "branch new",
          "branch -d old",
          "branch -m new",
          "branch -v new",
          "branch -u origin/x",
          "tag v1",
          "tag -d v1",
          "tag -a v1 -m x",
          "config user.name x",
          "config --unset user.name",
          "config --add user.name x",
          "config set user.name x",
          "config edit",
          "config -e",
          "remote add o u",
          "remote -v update",
          "stash",
          "stash push",
          "stash -p",
          "worktree add x",
          "worktree",
          "reflog expire --all",
          "reflog delete HEAD@{1}",
          "symbolic-ref HEAD refs/heads/x",
          "symbolic-ref -d HEAD",
          "notes add -m x",
          "submodule update",
          "log --output=x",
          "diff --outp x",
          "stash show --output x",
          "st",
          "--strange status",
          "-C",
          "-c",
          "init");

  private static final List<String> POOL =
      List.of(
          "-a",
          "-d",
          "-D",
          "-m",
          "-v",
          "-vv",
          "-l",
          "-r",
          "-f",
          "-u",
          "-n",
          "-n3",
          "-e",
          "-i",
          "-q",
          "-z",
          "-w",
          "-t",
          "-c",
          "-av",
          "-rd",
          "-lf",
          "--",
          "--list",
          "--show-current",
          "--contains",
          "--contains=x",
          "--merged",
          "--no-merged",
          "--points-at",
          "--sort",
          "--sort=x",
          "--format",
          "--format=x",
          "--column",
          "--all",
          "--delete",
          "--move",
          "--copy",
          "--force",
          "--edit-description",
          "--unset-upstream",
          "--get",
          "--get-all",
          "--get-regexp",
          "--unset",
          "--add",
          "--replace-all",
          "--edit",
          "--global",
          "--type",
          "--type=int",
          "--default",
          "--file",
          "--bool",
          "--remove-section",
          "--output",
          "--output=x",
          "--short",
          "--quiet",
          "--verbose",
          "--help",
          "-h",
          "--track",
          "--set-upstream-to=x",
          "--ref=x",
          "--ref",
          "get",
          "list",
          "set",
          "unset",
          "show",
          "add",
          "update",
          "expire",
          "delete",
          "exists",
          "prune",
          "push",
          "pop",
          "drop",
          "status",
          "init",
          "verify",
          "get-url",
          "set-url",
          "HEAD",
          "main",
          "user.name",
          "value",
          "v1",
          "refs/heads/x",
          "*");

  private static final List<String> COMMANDS =
      List.of(
          "branch",
          "tag",
          "config",
          "remote",
          "stash",
          "worktree",
          "reflog",
          "symbolic-ref",
          "notes",
          "submodule",
          "sparse-checkout",
          "diff",
          "log",
          "fsck",
          "bundle",
          "bisect",
          "lfs");

  @TempDir Path folder = Path.of("/");

  /** No alias and no program of the user's; nothing that could be asked of a repository. */
  private static final GitLookup NOTHING =
      new GitLookup() {
        @Override
        public @Nullable String alias(GitInvocation invocation, String name) {
          return null;
        }

        @Override
        public boolean hasProgram(String name) {
          return false;
        }

        @Override
        public boolean isTrue(GitInvocation invocation, String key) {
          return false;
        }

        @Override
        public boolean hasBranch(GitInvocation invocation, String name) {
          return false;
        }

        @Override
        public boolean isRepository(Path place, Map<String, String> environment) {
          return true;
        }
      };

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "busybox ash"})
  void a_command_is_a_reader_for_the_shim_only_if_it_is_one_for_lockctl(String shell)
      throws Exception {
    Set<String> lines = new LinkedHashSet<>();
    lines.addAll(READERS);
    lines.addAll(WRITERS);
    for (String command : GitTable.readers()) {
      lines.add(command);
    }
    Random random = new Random(4);
    for (String command : COMMANDS) {
      for (int i = 0; i < 250; i++) {
        StringBuilder line = new StringBuilder(command);
        for (int words = random.nextInt(4); words >= 0; words--) {
          line.append(' ').append(POOL.get(random.nextInt(POOL.size())));
        }
        lines.add(line.toString());
      }
    }
    List<String> asked = List.copyOf(lines);
    List<String> answers = answers(shell, asked);
    int readers = 0;
    for (int i = 0; i < asked.size(); i++) {
      GitPlan.Kind kind = kind(asked.get(i));
      if (!answers.get(i).equals("lockctl")) {
        readers++;
        assertTrue(kind != GitPlan.Kind.CLAIM, "git " + asked.get(i));
      }
      if (answers.get(i).equals("passes")) {
        assertEquals(GitPlan.Kind.PASS, kind, "git " + asked.get(i));
      }
    }
    assertTrue(readers > 300, "only " + readers + " of " + asked.size());
  }

  private static GitPlan.Kind kind(String line) {
    List<String> words = line.isEmpty() ? List.of() : Arrays.asList(line.split(" ", -1));
    return GitDecision.of(words, Path.of("/"), Map.of(), NOTHING).kind();
  }

  @Test
  void what_everybody_uses_needs_no_jvm() throws Exception {
    assertEquals(READERS.stream().map(line -> line + ": reads").toList(), labelled("sh", READERS));
    assertEquals(
        WRITERS.stream().map(line -> line + ": lockctl").toList(), labelled("sh", WRITERS));
  }

  private List<String> labelled(String shell, List<String> lines) throws Exception {
    List<String> answers = answers(shell, lines);
    List<String> labelled = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      labelled.add(lines.get(i) + ": " + answers.get(i));
    }
    return labelled;
  }

  /** The script up to where it acts, and then a question for each line. */
  private List<String> answers(String shell, List<String> lines) throws Exception {
    String text = Shim.text(Path.of("/bin/sh"));
    String questions =
        """
        set -f
        while IFS= read -r line; do
          set -- $line
          if lockbroker_passes "$@"; then echo passes
          elif lockbroker_reads "$@"; then echo reads
          else echo lockctl; fi
        done
        """;
    Path script = folder.resolve("questions");
    Files.writeString(script, text.substring(0, text.indexOf("# What it becomes.")) + questions);
    Path input = Files.write(folder.resolve("lines"), lines);
    List<String> command = new ArrayList<>(Arrays.asList(shell.split(" ", -1)));
    command.add(script.toString());
    List<String> answers = run(command, input);
    assertEquals(lines.size(), answers.size());
    return answers;
  }

  private List<String> run(List<String> command, Path input) throws Exception {
    Path output = folder.resolve("answers");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectInput(input.toFile()).redirectOutput(output.toFile());
    builder.redirectErrorStream(true);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      assumeTrue(false, command.get(0) + " is not installed");
      return List.of();
    }
    process.waitFor();
    return Files.readAllLines(output, StandardCharsets.UTF_8);
  }
}
