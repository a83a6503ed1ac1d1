package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code watch}, {@code why} and {@code doctor} on a real repository. */
class ViewsIT {
  @RegisterExtension final Sandbox box = new Sandbox();

  private static List<Json> events(Child watch) {
    // The last line may still be on its way.
    String out = watch.out();
    return out.substring(0, out.lastIndexOf('\n') + 1).lines().map(Json::parse).toList();
  }

  private static List<String> names(Child watch, long ticket) {
    return events(watch).stream()
        .filter(event -> event.toString().contains("ticket=" + ticket + ","))
        .map(event -> event.text("event"))
        .toList();
  }

  private static void awaitLast(Child watch, long ticket, String name) throws Exception {
    Deadline.await(
        "watch tells '" + name + "' of " + ticket,
        () -> {
          List<String> names = names(watch, ticket);
          return !names.isEmpty() && names.get(names.size() - 1).equals(name);
        });
  }

  @Test
  void watch_tells_what_happens_through_deletion_and_forgery() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = repo.journal()) {
      Child first = box.locked(repo.path(), gate.pass("first"), "--on-lost", "warn").start();
      gate.await("first");
      Child watch = box.lockctl(repo.path(), "watch", "--json").start();
      Journal.Grant held = journal.grants().get(0);
      awaitLast(watch, held.ticket(), "holds");

      Child second = box.locked(repo.path(), "true", "--label", "evil\u001b[31m").start();
      journal.awaitWaiting(1);
      long waiter = journal.waiting().get(0).ticket();
      awaitLast(watch, waiter, "waits");
      Path lock = Files.createFile(repo.path().resolve(".git/HEAD.lock"));
      Deadline.await("it is seen", () -> watch.out().contains("\"git-lock\""));
      Files.delete(lock);
      Deadline.await("it is gone", () -> watch.out().contains("\"git-lock-gone\""));
      box.lockctl(repo.path(), "force-release", "" + held.ticket(), "--token", "" + held.token())
          .run()
          .exits(0);
      second.exits(0);
      awaitLast(watch, held.ticket(), "forced");
      awaitLast(watch, waiter, "released");
      assertEquals(List.of("holds", "forced"), names(watch, held.ticket()));
      assertEquals(List.of("waits", "granted", "released"), names(watch, waiter));
      assertTrue(watch.out().indexOf('\u001b') < 0, "an escape sequence is printed");

      Os.signal("STOP", watch.pid()); // what is missed meanwhile is made up for
      box.command(repo.path(), "rm", "-rf", repo.locks().toString()).run().exits(0);
      box.locked(repo.path(), "true").run().exits(0);
      Os.signal("CONT", watch.pid());
      box.command(repo.path(), "rm", "-rf", repo.locks().toString()).run().exits(0);
      Deadline.await("deleted", () -> watch.out().contains("\"deleted\""));
      Gate last = new Gate(box.folder("last"));
      Child third = box.locked(repo.path(), last.pass("third")).start();
      last.await("third");
      Deadline.await(
          "it tells of the new journal",
          () -> {
            List<Json> told = events(watch);
            return told.get(told.size() - 1).text("event").equals("granted");
          });
      watch.signal("TERM");
      watch.exits(143);
      assertEquals("", watch.err());
      gate.open();
      last.open();
      first.exits(0);
      third.exits(0);
    }
  }

  @Test
  void watch_ends_when_nobody_reads_it() throws Exception {
    Repo repo = box.repo("repo");
    String lockctl = "'" + Sandbox.dist().resolve("bin/lockctl") + "'";
    Child piped =
        box.command(repo.path(), "bash", "-c", lockctl + " watch | head -1; echo ${PIPESTATUS[0]}")
            .run()
            .exits(0);
    assertEquals("0", piped.out().lines().skip(1).findFirst().orElse(""), piped.out());
    box.command(repo.path(), "sh", "-c", lockctl + " watch >&-").run().exits(0);
  }

  @Test
  void why_names_who_was_in_the_way() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    try (Journal journal = repo.journal()) {
      Child holder = box.locked(repo.path(), gate.pass("holder"), "--label", "claude-42").start();
      long command = gate.await("holder");
      Child late = box.locked(repo.path(), "true", "--wait", "1200ms", "--label", "late").start();
      Child waiter = box.locked(repo.path(), "true", "--label", "patient").start();
      journal.awaitWaiting(2);
      late.exits(75);
      Json during = why(repo);
      assertEquals(
          List.of("timeout", "waiting"),
          during.list("waits").stream().map(wait -> wait.text("outcome")).toList());
      gate.open();
      holder.exits(0);
      waiter.exits(0);

      Json after = why(repo);
      List<Json> waits = after.list("waits");
      assertEquals(
          List.of("late timeout", "patient granted"),
          waits.stream().map(wait -> wait.text("label") + " " + wait.text("outcome")).toList());
      Json blocker = waits.get(1).list("holders").get(0);
      assertEquals(command, blocker.number("pid"));
      assertEquals("claude-42", blocker.text("label"));
      assertTrue(blocker.text("command").startsWith("sh -c"), blocker.toString());
      assertTrue(waits.get(1).number("toMillis") - waits.get(1).number("fromMillis") >= 1_000);
      Json lease = after.list("leases").get(0);
      assertEquals(journal.grants().get(0).token(), lease.number("token"));
      assertTrue(lease.toString().contains("exact=true"), lease.toString());

      String now =
          LocalTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("HH:mm"));
      String text = box.lockctl(repo.path(), "why", "--at", now).run().exits(0).out();
      assumeTrue(
          LocalTime.now(ZoneId.systemDefault())
              .format(DateTimeFormatter.ofPattern("HH:mm"))
              .equals(now),
          "the minute has just passed");
      assertTrue(text.contains("(claude-42)"), text);
      text = box.lockctl(repo.path(), "why", "--at", "2001-01-01T00:00").run().exits(0).out();
      assertTrue(text.contains("nobody held it"), text);
      box.lockctl(repo.path(), "why", "--at", "soon").run().exits(64);
      box.lockctl(repo.path(), "why", "--at", "9:00", "--since", "1h").run().exits(64);

      // Rubbish, or somebody's link, is passed over.
      Path history = repo.locks().resolve("history");
      Files.writeString(history, "1 2 3\n\u0001\n", java.nio.file.StandardOpenOption.APPEND);
      assertEquals(2, why(repo).list("waits").size());
      Files.delete(history);
      Files.createSymbolicLink(history, Path.of("/etc/passwd"));
      assertEquals(0, why(repo).list("waits").size());
      assertEquals(List.of(), journal.violations());
    }
  }

  private Json why(Repo repo) throws Exception {
    return Json.parse(box.lockctl(repo.path(), "why", "--json").run().exits(0).out());
  }

  @Test
  void doctor_finds_what_is_wrong_and_says_how_to_mend_it() throws Exception {
    Repo repo = box.repo("repo");
    Child well = box.lockctl(repo.path(), "doctor").run().exits(0);
    assertTrue(well.out().contains("ok    sockets"), well.out());
    assertTrue(well.out().contains("ok    git "), well.out());
    assertTrue(well.out().contains("ok    broker"), well.out());

    // A shim that comes too late, and one with no git behind it.
    Path shims = box.folder("shims");
    Path shim = Files.writeString(shims.resolve("git"), "#!/bin/sh\n# lockbroker-shim\nexit 1\n");
    assertTrue(shim.toFile().setExecutable(true));
    String path = box.environment().get("PATH");
    finding(
        box.lockctl(repo.path(), "doctor", "--json").env("PATH", path + ":" + shims),
        0,
        "shim",
        "warn");
    finding(
        box.lockctl(repo.path(), "doctor", "--json").env("PATH", shims + ":" + path),
        0,
        "shim",
        "ok");

    // A broker that is required and not there; a lease that is none; a folder open to all.
    Command required = box.lockctl(repo.path(), "doctor", "--json").mode("broker");
    assertEquals("lockctl broker start", finding(required, 1, "broker", "fail").text("fix"));
    Command tagged = box.lockctl(repo.path(), "doctor", "--json").env("LOCKBROKER_LEASE", "x");
    finding(tagged, 1, "environment", "fail");
    Path open = box.folder("open");
    Files.setPosixFilePermissions(
        open, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
    Command unsafe =
        box.lockctl(repo.path(), "doctor", "--json").env("LOCKBROKER_SOCKET", open.resolve("b"));
    finding(unsafe, 1, "socket folder", "fail");
    Command longName =
        box.lockctl(repo.path(), "doctor", "--json")
            .env("LOCKBROKER_SOCKET", box.root().resolve("x".repeat(120)));
    finding(longName, 1, "sockets", "fail");

    box.broker();
    finding(box.lockctl(repo.path(), "doctor", "--json"), 0, "broker", "ok");
    Files.createDirectories(repo.locks());
    Files.writeString(repo.locks().resolve("journal"), "nonsense\n");
    finding(box.lockctl(repo.path(), "doctor", "--json"), 1, "tickets", "fail");
    if (Os.isRoot()) {
      Command other = box.lockctl(repo.path(), "doctor", "--json").behind(Nobody.words());
      Child child = other.run();
      assertTrue(child.exit() == 1 || child.exit() == 66, child.err());
    }
  }

  private static Json finding(Command doctor, int exit, String check, String level)
      throws Exception {
    String json = doctor.run().exits(exit).out();
    for (Json one : Json.parse(json).list("checks")) {
      if (one.text("check").equals(check)) {
        assertEquals(level, one.text("level"), json);
        assertEquals(level.equals("ok"), one.text("fix").isEmpty(), json);
        return one;
      }
    }
    throw new AssertionError("no check " + check + " in " + json);
  }
}
