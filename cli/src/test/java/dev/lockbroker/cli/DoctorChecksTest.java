package dev.lockbroker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each check in its bad states, made for real where that can be done without being root. */
class DoctorChecksTest {
  @TempDir Path place;

  private static void requires(Finding.Level level, Finding finding) {
    assertEquals(level, finding.level(), finding.line());
    assertEquals(level == Finding.Level.OK, finding.fix().isEmpty(), finding.line());
    assertTrue(finding.line().indexOf('\n') < 0);
  }

  private Path git(String folder, String content) throws IOException {
    Path file = Files.createDirectories(place.resolve(folder)).resolve("git");
    Files.writeString(file, content);
    assertTrue(file.toFile().setExecutable(true));
    return file;
  }

  @Test
  void a_shim_must_stand_before_a_real_git() throws IOException {
    Path shim = git("shim", "#!/bin/sh\n# lockbroker-shim 1\nexec x\n");
    Path real = git("real", "\u007fELF lots of other things");
    requires(Finding.Level.OK, ToolChecks.shim(List.of(real)));
    requires(Finding.Level.OK, ToolChecks.shim(List.of(shim, real)));
    requires(Finding.Level.WARN, ToolChecks.shim(List.of(real, shim)));
    requires(Finding.Level.FAIL, ToolChecks.shim(List.of(shim)));
  }

  @Test
  void an_old_or_strange_git_is_named() {
    Path git = Path.of("/usr/bin/git");
    requires(Finding.Level.OK, ToolChecks.git(git, "git version 2.43.0"));
    requires(Finding.Level.OK, ToolChecks.git(git, "git version 2.39.5 (Apple Git-154)"));
    requires(Finding.Level.OK, ToolChecks.git(git, "git version 3.0.1"));
    requires(Finding.Level.WARN, ToolChecks.git(git, "git version 2.19.1"));
    requires(Finding.Level.WARN, ToolChecks.git(git, "git version 1.8.3.1"));
    requires(Finding.Level.WARN, ToolChecks.git(git, "hub \u001b[2J"));
  }

  @Test
  void folders_of_others_or_open_to_others_are_not_used() throws IOException {
    long uid = ((Number) Files.getAttribute(place, "unix:uid")).longValue();
    Path folder = Files.createDirectory(place.resolve("f"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    requires(Finding.Level.OK, PlaceChecks.folder("x", folder, uid, "X"));
    requires(Finding.Level.FAIL, PlaceChecks.folder("x", folder, uid + 1, "X"));
    requires(Finding.Level.OK, PlaceChecks.folder("x", folder.resolve("a/b"), uid, "X"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx-w----"));
    requires(Finding.Level.FAIL, PlaceChecks.folder("x", folder, uid, "X"));
    Path file = Files.createFile(place.resolve("file"));
    requires(Finding.Level.FAIL, PlaceChecks.folder("x", file, uid, "X"));
  }

  @Test
  void a_journal_that_is_a_link_is_named() throws IOException {
    requires(Finding.Level.OK, PlaceChecks.journal(place.resolve("lockbroker")));
    Path real = Files.createDirectory(place.resolve("real"));
    requires(Finding.Level.OK, PlaceChecks.journal(real));
    Path link = Files.createSymbolicLink(place.resolve("link"), real);
    requires(Finding.Level.FAIL, PlaceChecks.journal(link));
    requires(Finding.Level.OK, PlaceChecks.fileSystem(place));
  }

  @Test
  void a_clock_that_is_far_off_is_named() {
    long now = 1_800_000_000;
    requires(Finding.Level.OK, MachineChecks.clock(now, now - 3_600, now - 10));
    requires(Finding.Level.FAIL, MachineChecks.clock(100, 50, 0));
    requires(Finding.Level.WARN, MachineChecks.clock(now, now - 3_600, now + 200_000));
    requires(Finding.Level.WARN, MachineChecks.clock(now, now + 200_000, 0));
  }

  @Test
  void hidden_processes_and_broken_tags_are_named() {
    requires(Finding.Level.OK, MachineChecks.processes(true));
    requires(Finding.Level.WARN, MachineChecks.processes(false));
    requires(Finding.Level.OK, MachineChecks.environment(""));
    requires(Finding.Level.FAIL, MachineChecks.environment("nonsense"));
  }

  @Test
  void much_that_is_left_over_is_named() throws IOException {
    requires(Finding.Level.OK, MachineChecks.leftovers(place));
    Path undo = Files.createDirectories(place.resolve("undo/7"));
    Files.createFile(undo.resolve("index.lock"));
    requires(Finding.Level.OK, MachineChecks.leftovers(place));
    for (int i = 0; i < 1_001; i++) {
      Files.createFile(undo.resolve("f" + i));
    }
    requires(Finding.Level.WARN, MachineChecks.leftovers(place));
  }

  @Test
  void a_broker_of_another_version_is_named() {
    BrokerInfo broker = new BrokerInfo("1.0", 1, 1, "/s", "/l", "/f", 0, 0);
    requires(Finding.Level.OK, BrokerChecks.broker(null, "1.0", false));
    requires(Finding.Level.FAIL, BrokerChecks.broker(null, "1.0", true));
    requires(Finding.Level.OK, BrokerChecks.broker(broker, "1.0", true));
    requires(Finding.Level.WARN, BrokerChecks.broker(broker, "1.1", false));
  }

  @Test
  void brokers_of_other_users_are_shown_and_no_trouble() throws IOException {
    Path socket = Files.createFile(place.resolve("broker.sock"));
    long uid = ((Number) Files.getAttribute(socket, "unix:uid")).longValue();
    assertTrue(BrokerChecks.others(List.of(socket), uid).text().startsWith("no broker"));
    Finding theirs = BrokerChecks.others(List.of(socket), uid + 1);
    requires(Finding.Level.OK, theirs);
    assertTrue(theirs.text().contains(socket.toString()), theirs.text());
  }
}
