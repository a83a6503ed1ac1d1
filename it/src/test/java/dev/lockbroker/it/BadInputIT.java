package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes and hostile surroundings: one line, the documented exit code, nothing run, no harm. */
class BadInputIT {
  private static final List<String> MISTAKES =
      List.of(
          "64, run --no-such-option -- touch ran",
          "64, run",
          "64, run --",
          "64, run --wait -1s -- touch ran",
          "64, run --wait soon -- touch ran",
          "64, run --wait 10parsecs -- touch ran",
          "64, run --ttl 0 -- touch ran",
          "64, run --ttl 2h -- touch ran",
          "64, run --ttl 99999999999999999999 -- touch ran",
          "64, run -E 256 -- touch ran",
          "64, run -E x -- touch ran",
          "64, run --scope relative -- touch ran",
          "64, run --scope /a/../b -- touch ran",
          "64, run --scope / --worktree -- touch ran",
          "66, run --repo /no/such/path -- touch ran",
          "64, force-release",
          "64, force-release 12",
          "64, force-release twelve --token 1",
          "65, force-release 12 --token 1",
          "66, status --repo /no/such/path",
          "64, no-such-command",
          "64, broker no-such-command",
          "64, reset");

  @RegisterExtension final Sandbox box = new Sandbox();

  @Test
  void a_mistake_is_one_line_and_the_documented_code() throws Exception {
    Repo repo = box.repo("repo");
    box.locked(repo.path(), "true").run().exits(0);
    for (String mistake : MISTAKES) {
      String[] words = mistake.split(",? ", -1);
      Child child = box.lockctl(repo.path(), Arrays.copyOfRange(words, 1, words.length)).run();
      requireRefused(child, Integer.parseInt(words[0]));
    }
    assertTrue(Files.notExists(repo.path().resolve("ran")), "it has run");
  }

  private static void requireRefused(Child child, int exit) throws Exception {
    child.exits(exit);
    requireOneLine(child, "lockctl: ");
    assertEquals("", child.out());
  }

  private static void requireOneLine(Child child, String start) {
    assertEquals(1, child.errLines().size(), child.err());
    assertTrue(child.err().startsWith(start), child.err());
    assertTrue(!child.err().contains("Exception"), child.err());
  }

  @Test
  void a_label_of_ten_thousand_characters_is_refused() throws Exception {
    Repo repo = box.repo("repo");
    String label = "x".repeat(10_000);
    requireRefused(box.locked(repo.path(), "touch ran", "--label", label).run(), 64);
    requireRefused(box.locked(repo.path(), "touch ran").env("LOCKBROKER_LABEL", label).run(), 64);
    assertTrue(Files.notExists(repo.path().resolve("ran")));
  }

  @Test
  void malformed_settings_are_refused() throws Exception {
    Repo repo = box.repo("repo");
    for (String lease : List.of("nonsense", "a:b:c:d:e", ";;", "%zz:1:2:3:X:/", "a:b:1:2:X:/")) {
      requireRefused(box.locked(repo.path(), "touch ran").env("LOCKBROKER_LEASE", lease).run(), 78);
    }
    requireRefused(box.locked(repo.path(), "touch ran").mode("nonsense").run(), 78);
    requireRefused(
        box.locked(repo.path(), "touch ran").env("LOCKBROKER_WAIT", "nonsense").run(), 78);
    assertTrue(Files.notExists(repo.path().resolve("ran")));
  }

  @Test
  void a_lease_of_the_environment_that_does_not_exist_counts_for_nothing() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Child holder = box.locked(repo.path(), gate.pass("holder")).start();
    gate.await("holder");
    String forged = repo.locks() + ":" + "0".repeat(32) + ":1:2:X:/";
    Child child =
        box.locked(repo.path(), "touch ran", "--wait", "300ms")
            .env("LOCKBROKER_LEASE", forged)
            .run();
    assertTrue(child.exit() == 75 || child.exit() == 79, "exit " + child.exit());
    assertTrue(Files.notExists(repo.path().resolve("ran")), "a forged lease was believed");
    gate.open();
    holder.exits(0);
  }

  @Test
  void a_required_broker_that_is_not_there_is_69() throws Exception {
    Repo repo = box.repo("repo");
    requireRefused(box.locked(repo.path(), "touch ran").mode("broker").run(), 69);
  }

  @Test
  void a_socket_path_that_is_too_long_is_said_where_a_broker_is_wanted() throws Exception {
    Repo repo = box.repo("repo");
    String socket = box.root() + "/" + "s".repeat(200);
    for (String command : List.of("start", "run", "info", "stop")) {
      requireRefused(
          box.lockctl(box.root(), "broker", command).env("LOCKBROKER_SOCKET", socket).run(), 78);
    }
    Child daemon =
        box.command(box.root(), Sandbox.dist().resolve("bin/lockbrokerd").toString())
            .env("LOCKBROKER_SOCKET", socket)
            .run()
            .exits(78);
    requireOneLine(daemon, "lockbrokerd: ");
    Child run =
        box.locked(repo.path(), "echo ran").env("LOCKBROKER_SOCKET", socket).mode("auto").run();
    if (run.exit() != 78) {
      run.exits(0);
      assertEquals("ran\n", run.out());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"broker", "direct"})
  void a_corrupt_journal_grants_nothing_until_it_is_reset(String mode) throws Exception {
    Broker broker = box.broker();
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Child holder = box.locked(repo.path(), gate.pass("holder")).mode("direct").start();
    gate.await("holder");
    Path journal = repo.locks().resolve("journal");
    byte[] bytes = Files.readAllBytes(journal);
    int middle = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(" w ") + 9;
    bytes[middle] ^= 1;
    Files.write(journal, bytes);

    for (int i = 0; i < 2; i++) {
      Child refused = box.locked(repo.path(), "touch ran").mode(mode).run();
      requireRefused(refused, 76);
      assertTrue(refused.err().contains("lockctl reset"), refused.err());
    }
    assertEquals(76, box.lockctl(repo.path(), "status").run().exit());
    assertTrue(Files.notExists(repo.path().resolve("ran")));
    gate.open();
    assertEquals(0, holder.exit(), "the command's own status counts");
    requireRefused(box.lockctl(repo.path(), "reset").run(), 64);

    assertEquals("", box.lockctl(repo.path(), "reset", "--yes").run().exits(0).err());
    box.locked(repo.path(), "touch ran").mode(mode).run().exits(0);
    assertTrue(Files.exists(repo.path().resolve("ran")));
    broker.requireUnharmed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "link", "broken link", "pipe"})
  void what_is_not_our_folder_is_not_used(String what) throws Exception {
    Broker broker = box.broker();
    Repo repo = box.repo("repo");
    Path elsewhere = box.folder("elsewhere");
    switch (what) {
      case "file" -> Files.writeString(repo.locks(), "mine");
      case "link" -> Files.createSymbolicLink(repo.locks(), elsewhere);
      case "broken link" -> Files.createSymbolicLink(repo.locks(), box.root().resolve("nowhere"));
      default -> box.command(box.root(), "mkfifo", repo.locks().toString()).run().exits(0);
    }
    for (String mode : List.of("direct", "broker")) {
      requireRefused(box.locked(repo.path(), "touch ran").mode(mode).run(), 76);
    }
    assertTrue(Files.notExists(repo.path().resolve("ran")));
    try (java.util.stream.Stream<Path> made = Files.list(elsewhere)) {
      assertEquals(0, made.count(), "a link was followed");
    }
    assertTrue(Files.exists(repo.locks(), LinkOption.NOFOLLOW_LINKS), "it was removed");
    broker.requireUnharmed();
  }

  @Test
  void a_link_or_pipe_in_place_of_the_journal_is_not_used() throws Exception {
    Repo repo = box.repo("repo");
    box.locked(repo.path(), "true").run().exits(0);
    Path journal = repo.locks().resolve("journal");
    Path victim = Files.writeString(box.root().resolve("victim"), "untouched");
    Files.delete(journal);
    Files.createSymbolicLink(journal, victim);
    requireRefused(box.locked(repo.path(), "touch ran").run(), 76);
    assertEquals("untouched", Files.readString(victim));
    Files.delete(journal);
    box.command(box.root(), "mkfifo", journal.toString()).run().exits(0);
    requireRefused(box.locked(repo.path(), "touch ran").run(), 76);
    assertTrue(Files.notExists(repo.path().resolve("ran")));
  }

  @Test
  void a_journal_of_a_newer_version_is_left_alone() throws Exception {
    Repo repo = box.repo("repo");
    box.locked(repo.path(), "true").run().exits(0);
    Path journal = repo.locks().resolve("journal");
    String newer = Files.readString(journal).replaceFirst("LB1", "LB2");
    Files.writeString(journal, newer);
    requireRefused(box.locked(repo.path(), "touch ran").run(), 76);
    assertEquals(newer, Files.readString(journal));
  }

  @Test
  void a_repository_that_cannot_be_written_is_73() throws Exception {
    Repo repo = box.repo("repo");
    String[] nobody = Nobody.words();
    for (Path open : List.of(box.root(), repo.path(), repo.path().resolve(".git"))) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("r-xr-xr-x"));
    }
    Path home = box.folder("run/nobody");
    Files.setPosixFilePermissions(
        box.root().resolve("run"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    Child child =
        box.locked(repo.path(), "touch '" + home + "/ran'")
            .behind(nobody)
            .env("HOME", home)
            .env("LOCKBROKER_STATE", home.resolve("state"))
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "safe.directory")
            .env("GIT_CONFIG_VALUE_0", "*")
            .run();
    requireRefused(child, 73);
    assertTrue(Files.notExists(home.resolve("ran")));
  }

  @Test
  void garbage_on_the_socket_harms_nobody() throws Exception {
    Broker broker = box.broker();
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Child holder = box.locked(repo.path(), gate.pass("holder")).mode("broker").start();
    gate.await("holder");
    byte[] random = new byte[100_000];
    new Random(11).nextBytes(random);
    byte[] ones = new byte[10 << 20];
    Arrays.fill(ones, (byte) 0xff);
    String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    throwAt(random);
    throwAt("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    throwAt(ones);
    throwAt(new byte[0]);
    throwAt((preface + "\u00ff".repeat(5_000)).getBytes(StandardCharsets.ISO_8859_1));
    for (int i = 0; i < 100; i++) {
      throwAt(Arrays.copyOf(random, i));
    }
    broker.requireUnharmed();
    gate.open();
    holder.exits(0);
    box.locked(repo.path(), "true").mode("broker").run().exits(0);
  }

  /** Sends bytes as long as somebody takes them. */
  private void throwAt(byte[] bytes) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(box.socket()));
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      // Broken pipe: it was not listened to any more, as it should be.
      assertTrue(Files.exists(box.socket()), e::toString);
    }
  }

  @Test
  void a_second_broker_is_refused() throws Exception {
    Broker broker = box.broker();
    Child second =
        box.command(box.root(), Sandbox.dist().resolve("bin/lockbrokerd").toString()).run();
    second.exits(69);
    requireOneLine(second, "lockbrokerd: ");
    assertTrue(second.err().contains(Long.toString(broker.pid())), second.err());
    broker.requireUnharmed();
  }
}
