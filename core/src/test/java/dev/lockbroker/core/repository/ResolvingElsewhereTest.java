package dev.lockbroker.core.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only another process can show: other locales, and mounts. */
class ResolvingElsewhereTest {
  @TempDir private Path temporary;
  private Path lab;

  @BeforeEach
  void makeReal() throws IOException {
    lab = temporary.toRealPath();
  }

  /** What a JVM says that is started by a shell line, in which {@code "$@"} is its command. */
  private String resolved(String shellLine) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", shellLine, "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(FarResolver.class.getName());
    Process process =
        new ProcessBuilder(command).directory(lab.toFile()).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), text);
    return text;
  }

  @Test
  void a_path_has_the_same_journal_in_every_locale() throws Exception {
    Utf8.assume();
    String inUtf8 = resolved("mkdir -p bär && cd bär && LC_ALL=C.UTF-8 exec \"$@\"");
    assertEquals(inUtf8, resolved("cd bär && LC_ALL=C exec \"$@\""));
    String key = RawPath.toText(lab) + "/b%C3%A4r\n";
    assertEquals("PATH\n" + key, inUtf8.substring(0, inUtf8.indexOf("/state")));
  }

  @Test
  void a_worktree_has_the_same_repository_and_id_in_every_locale() throws Exception {
    Utf8.assume();
    String worktree = "git -C bär worktree add -q --detach ../wö && cd wö";
    String inUtf8 =
        resolved(
            "git init -q bär && git -C bär -c user.name=a -c user.email=a@b commit -q"
                + " --allow-empty -m x && "
                + worktree
                + " && LC_ALL=C.UTF-8 exec \"$@\"");
    assertEquals(inUtf8, resolved("cd wö && LC_ALL=C exec \"$@\""));
    String common = RawPath.toText(lab) + "/b%C3%A4r/.git";
    assertEquals("GIT\n" + common + "\n" + common + "/lockbroker\n[119, 246]\n", inUtf8);
  }

  @Test
  void a_search_ends_where_another_file_system_is_mounted() throws Exception {
    Process attempt = new ProcessBuilder("unshare", "-m", "true").start();
    assumeTrue(attempt.waitFor() == 0, "this user may not mount anything");
    Git.run(lab, "init", "-q", "repository");
    Path mounted = Files.createDirectory(lab.resolve("repository/mounted"));
    String line = "mount -t tmpfs none \"$0\" && cd \"$0\" && mkdir deep && cd deep && exec";
    String shell = "exec unshare -m sh -c '" + line + " %s \"$@\"' " + mounted + " \"$@\"";
    assertEquals("PATH", firstLine(resolved(String.format(shell, ""))));
    String across = "env GIT_DISCOVERY_ACROSS_FILESYSTEM=1";
    assertEquals("GIT", firstLine(resolved(String.format(shell, across))));
  }

  private static String firstLine(String text) {
    return text.substring(0, text.indexOf('\n'));
  }
}
