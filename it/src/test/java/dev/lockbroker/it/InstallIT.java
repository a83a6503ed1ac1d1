package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code install.sh}, as a user runs it. */
@Timeout(240)
class InstallIT {
  private static final String SCRIPT =
      Sandbox.dist().resolve("../../../install.sh").normalize().toString();

  @RegisterExtension final Sandbox box = new Sandbox();

  private Child install(String... options) throws Exception {
    Command command = box.command(box.root(), SCRIPT);
    for (String option : options) {
      command.with(option);
    }
    return command.run();
  }

  private static List<Path> versions(Path prefix) throws IOException {
    try (Stream<Path> files = Files.list(prefix.resolve("lib/lockbroker"))) {
      return files.filter(Files::isDirectory).sorted().toList();
    }
  }

  @Test
  void it_is_installed_used_upgraded_under_a_running_broker_and_removed_without_a_trace()
      throws Exception {
    String dist = Sandbox.dist().toString();
    Path prefix = box.root().resolve("pre fix");
    Path theirs = box.root().resolve("pre fix/share/man/man1/theirs.1");
    Files.createDirectories(theirs.getParent());
    Files.writeString(theirs, "theirs");
    Child first = install("--prefix", prefix.toString(), "--dist", dist).exits(0);
    assertTrue(first.out().contains("export PATH=\"" + prefix + "/bin:$PATH\""), first.out());
    Repo repo = box.repo("repo");
    String lockctl = prefix.resolve("bin/lockctl").toString();
    Child run = box.command(repo.path(), lockctl, "run", "--", "echo", "held").run().exits(0);
    assertEquals("held\n", run.out());
    for (String file :
        List.of(
            "share/man/man1/lockctl-run.1",
            "share/bash-completion/completions/lockctl",
            "share/zsh/site-functions/_lockctl",
            "share/fish/vendor_completions.d/lockctl.fish",
            "share/systemd/user/lockbroker.socket")) {
      assertTrue(Files.size(prefix.resolve(file)) > 100, file);
    }
    String unit = Files.readString(prefix.resolve("share/systemd/user/lockbroker.service"));
    assertTrue(unit.contains("ExecStart=\"" + prefix + "/bin/lockbrokerd\"\n"), unit);

    box.command(box.root(), lockctl, "broker", "start").run().exits(0);
    Path former = versions(prefix).get(0);
    boolean canLink = Tools.has("jlink") && Tools.has("jdeps");
    Child second =
        (canLink
                ? install("--prefix", prefix.toString(), "--dist", dist, "--bundle-jre")
                : install("--prefix", prefix.toString(), "--dist", dist))
            .exits(0);
    assertTrue(second.out().contains("the former version still runs"), second.out());
    assertTrue(versions(prefix).contains(former), "it was removed under a running broker");
    Child old = box.command(box.root(), lockctl, "broker", "info").run().exits(0);
    Child restart =
        box.command(box.root(), lockctl, "broker", "restart").without("JAVA_HOME").run().exits(0);
    assertFalse(old.out().isEmpty());
    long pid = Long.parseLong(restart.out().replaceAll("(?s).*?pid ([0-9]+).*", "$1"));
    String java = Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).toString();
    assertEquals(canLink, java.startsWith(prefix.toString()), java);
    box.command(repo.path(), lockctl, "run", "--", "true")
        .mode("broker")
        .without("JAVA_HOME")
        .run()
        .exits(0);

    Child removed = install("--uninstall", "--prefix", prefix.toString()).exits(0);
    assertTrue(removed.out().contains("stopped the broker (pid " + pid + ")"), removed.out());
    try (Stream<Path> left = Files.walk(prefix)) {
      assertEquals(List.of(theirs), left.filter(Files::isRegularFile).toList());
    }
    assertFalse(Files.exists(prefix.resolve("bin"), LinkOption.NOFOLLOW_LINKS));
    assertFalse(Files.exists(prefix.resolve("lib")));
    assertTrue(Files.exists(repo.path().resolve(".git/lockbroker")));
    assertTrue(Files.exists(box.state()));
  }

  @Test
  void a_prefix_that_cannot_be_used_is_refused_in_one_line_and_nothing_is_left() throws Exception {
    String dist = Sandbox.dist().toString();
    Path file = Files.writeString(box.root().resolve("file"), "");
    Path theirs = Files.createDirectories(box.root().resolve("theirs/bin"));
    Files.writeString(theirs.resolve("lockctl"), "theirs");
    refused(73, "--prefix", file.toString(), "--dist", dist);
    refused(73, "--prefix", file + "/below", "--dist", dist);
    refused(73, "--prefix", box.root() + "/a:b", "--dist", dist);
    refused(73, "--prefix", box.root() + "/theirs", "--dist", dist);
    refused(73, "--prefix", box.root() + "/none", "--uninstall");
    refused(66, "--prefix", box.root() + "/none", "--dist", box.root().toString());
    refused(64, "--prefix", "");
    refused(64, "--prefix");
    refused(64, "--nonsense");
    assertFalse(Files.exists(box.root().resolve("none")));
    try (Stream<Path> left = Files.walk(box.root().resolve("theirs"))) {
      assertEquals(3, left.count());
    }
  }

  private void refused(int status, String... options) throws Exception {
    Child child = install(options).exits(status);
    assertEquals(1, child.errLines().size(), child.err());
    assertEquals("", child.out());
  }
}
