package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bad surroundings, met while locks are held: each is a clear refusal or a recovery, and what was
 * held stays held.
 */
class SurroundingsIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private void brokerFor(String mode) throws Exception {
    if (!mode.equals("direct")) {
      box.broker();
    }
  }

  private static void requireRefused(Child child, int exit, String why) throws Exception {
    child.exits(exit);
    assertEquals(1, child.errLines().size(), child::err);
    assertTrue(child.err().startsWith("lockctl: "), child::err);
    assertTrue(child.err().contains(why), child::err);
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_full_disk_refuses_and_keeps_what_is_held(String mode) throws Exception {
    try (Mount disk = Mount.small(box.root().resolve("small"))) {
      brokerFor(mode);
      Repo repo = Repo.create(box, disk.path().resolve("repo"));
      Gate gate = new Gate(box.folder("gate"));
      Child holder = box.locked(repo.path(), gate.pass("holder")).mode(mode).start();
      gate.await("holder");
      Path filler = disk.fill();
      Mount.fillUp(repo.locks().resolve("journal"));

      Child refused =
          box.locked(repo.path(), gate.arrive("thief"), "--wait", "20s").mode(mode).run();
      requireRefused(refused, 74, "No space left on device");
      assertTrue(holder.isAlive());
      gate.open();
      assertEquals(0, holder.exit(), "the command's own status counts: " + holder.err());
      // Ending freed the space of its own entry, so it could even be written down.
      assertEquals("", holder.err());

      Files.delete(filler);
      box.locked(repo.path(), "true").mode(mode).run().exits(0);
      assertFalse(gate.has("thief"));
      try (Journal journal = repo.journal().read()) {
        assertEquals(List.of(), journal.violations());
        assertEquals(List.of(), journal.held());
      }
    }
  }

  @Test
  void a_broker_whose_log_cannot_be_written_serves_on() throws Exception {
    try (Mount disk = Mount.small(box.root().resolve("small"))) {
      disk.fill();
      Child broker =
          box.command(box.root(), Sandbox.dist().resolve("bin/lockbrokerd").toString())
              .env("LOCKBROKER_STATE", disk.path().resolve("state"))
              .start();
      Deadline.await("a broker listens", () -> Broker.accepts(box.socket()) || !broker.isAlive());
      Repo repo = box.repo("repo");
      Child run =
          box.locked(repo.path(), "true")
              .env("LOCKBROKER_STATE", disk.path().resolve("state"))
              .mode("broker")
              .run()
              .exits(0);
      assertEquals("", run.err());
      assertTrue(broker.isAlive());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_read_only_repository_is_refused(String mode) throws Exception {
    brokerFor(mode);
    Repo fresh = box.repo("fresh");
    Repo used = box.repo("used");
    box.locked(used.path(), "true").mode(mode).run().exits(0);
    for (Repo repo : List.of(fresh, used)) {
      try (Mount locked = Mount.readOnly(repo.path())) {
        Path ran = box.root().resolve("ran");
        Child refused =
            box.locked(locked.path(), "touch '" + ran + "'", "--wait", "20s").mode(mode).run();
        requireRefused(refused, 73, "ead-only file system");
        assertTrue(Files.notExists(ran));
      }
      box.locked(repo.path(), "true").mode(mode).run().exits(0);
    }
  }

  /** What happens to the folder, and what a newcomer is told; empty if he gets the lock. */
  static List<Arguments> misfortunes() {
    List<Arguments> all = new ArrayList<>();
    for (String mode : List.of("broker", "direct")) {
      all.add(Arguments.of(mode, "rm -rf lockbroker", 0, ""));
      all.add(Arguments.of(mode, "mv lockbroker elsewhere", 0, ""));
      all.add(Arguments.of(mode, "rm lockbroker/journal", 0, ""));
      all.add(Arguments.of(mode, "rm lockbroker/guard", 0, ""));
      all.add(
          Arguments.of(mode, "mv lockbroker old; echo mine >lockbroker", 76, "not a directory"));
      // At once: whoever looks while there is none has lost his lease.
      all.add(
          Arguments.of(
              mode,
              "cd lockbroker; ln journal old; ln -s old new; mv -T new journal",
              76,
              "not a regular file"));
      all.add(Arguments.of(mode, ": >lockbroker/journal", 76, "lockctl reset"));
      all.add(Arguments.of(mode, "truncate -s 40 lockbroker/journal", 76, "lockctl reset"));
    }
    // A broker that is in the true folder already goes on in it: same guard, same journal.
    all.add(
        Arguments.of("direct", "mv lockbroker old; ln -s old lockbroker", 76, "not a directory"));
    return all;
  }

  /**
   * Who holds is told at once where the lease is gone for good, and works on where it only cannot
   * be read; either way nobody is let in without his having been told.
   */
  @ParameterizedTest
  @MethodSource("misfortunes")
  void a_folder_that_is_tampered_with_while_in_use(
      String mode, String what, int exit, String sentence) throws Exception {
    brokerFor(mode);
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Child holder = box.locked(repo.path(), gate.pass("holder")).mode(mode).start();
    gate.await("holder");
    box.command(repo.path().resolve(".git"), "sh", "-c", what).run().exits(0);
    Child newcomer = box.locked(repo.path(), "true", "--wait", "20s").mode(mode).run();
    if (exit == 0) {
      newcomer.exits(0);
      // It was ended on purpose by whoever did this, and is told so.
      holder.exits(143);
      assertTrue(holder.err().contains("deleted or reset"), holder::err);
    } else {
      requireRefused(newcomer, exit, sentence);
      assertTrue(holder.isAlive(), "nobody else was let in, so it works on: " + holder.err());
      gate.open();
      holder.exits(0);
    }
  }

  @Test
  void without_descriptors_a_command_runs_alone_or_not_at_all() throws Exception {
    Repo repo = box.repo("repo");
    int ran = 0;
    for (int most = 4; most <= 40; most += 3) {
      Path done = box.root().resolve("done." + most);
      Child child =
          box.locked(repo.path(), "touch '" + done + "'", "--wait", "20s")
              .behind("prlimit", "--nofile=" + most)
              .mode("direct")
              .run();
      if (child.exit() == 0) {
        ran++;
      } else {
        assertTrue(Files.notExists(done), "refused, and yet it ran: " + child.err());
        assertFalse(child.err().isBlank(), "refused without a word, exit " + child.exit());
      }
      try (Journal journal = repo.journal().read()) {
        assertEquals(List.of(), journal.violations());
      }
    }
    assertTrue(ran > 0, "it never ran, so this shows nothing");
    box.locked(repo.path(), "true", "--wait", "20s").mode("direct").run().exits(0);
  }

  @Test
  void a_broker_without_descriptors_keeps_its_leases_and_serves_again_when_it_has_some()
      throws Exception {
    Child broker =
        box.command(box.root(), Sandbox.dist().resolve("bin/lockbrokerd").toString())
            .behind("prlimit", "--nofile=64")
            .start();
    Deadline.await("a broker listens", () -> Broker.accepts(box.socket()) || !broker.isAlive());
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Child holder = box.locked(repo.path(), gate.pass("holder")).mode("broker").start();
    gate.await("holder");
    List<SocketChannel> crowd = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        SocketChannel one = SocketChannel.open(StandardProtocolFamily.UNIX);
        crowd.add(one);
        one.configureBlocking(false);
        one.connect(UnixDomainSocketAddress.of(box.socket()));
      }
      Child waiter = box.locked(repo.path(), gate.arrive("waiter")).mode("auto").start();
      try (Journal journal = repo.journal()) {
        journal.awaitWaiting(1);
      }
      assertTrue(holder.isAlive());
      gate.open();
      holder.exits(0);
      waiter.exits(0);
    } finally {
      for (SocketChannel one : crowd) {
        one.close();
      }
    }
    assertTrue(broker.isAlive(), broker::err);
    Deadline.await(
        "the broker serves again",
        () -> box.lockctl(repo.path(), "run", "--", "true").mode("broker").run().exit() == 0);
  }

  @Test
  void somebody_else_is_turned_away_from_the_socket_and_harms_nobody() throws Exception {
    assumeTrue(Os.isRoot(), "only root can become somebody else");
    String[] nobody = Nobody.words();
    Broker broker = box.broker();
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Child holder = box.locked(repo.path(), gate.pass("holder")).mode("broker").start();
    gate.await("holder");
    // Whatever the permissions have become: it is the peer's user that counts.
    for (Path open : List.of(box.root(), box.root().resolve("run"), box.socket())) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    Path home = Files.createDirectory(box.root().resolve("nobody"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    for (List<String> words :
        List.of(
            List.of("broker", "info"),
            List.of("broker", "stop"),
            List.of("run", "--repo", home.toString(), "--", "true"))) {
      Child stranger =
          box.lockctl(home, words.toArray(new String[0]))
              .behind(nobody)
              .env("HOME", home)
              .env("LOCKBROKER_STATE", home.resolve("state"))
              .mode("broker")
              .run();
      assertEquals(1, stranger.errLines().size(), stranger::err);
      assertTrue(stranger.exit() == 69 || stranger.exit() == 78, stranger.exit() + stranger.err());
    }
    assertTrue(holder.isAlive());
    broker.requireUnharmed();
    gate.open();
    holder.exits(0);
  }
}
