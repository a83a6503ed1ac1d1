package dev.lockbroker.core.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.LinuxProcesses;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Ticket;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several JVMs on one journal, some of them killed. Real time, bounded. */
@Timeout(90)
class ArbiterProcessesTest {
  @TempDir Path repository;
  private final Host host = LinuxHost.current();
  private final List<Process> children = new ArrayList<>();
  private final List<Arbiter> opened = new ArrayList<>();

  @AfterEach
  void end() throws InterruptedException {
    opened.forEach(Arbiter::close);
    for (Process child : children) {
      child.destroyForcibly().waitFor();
    }
  }

  private Arbiter open() {
    Arbiter made =
        Arbiter.open(
            repository.resolve("lockbroker"), host, new LinuxProcesses(host, Path.of("/proc")));
    opened.add(made);
    return made;
  }

  private Process child(String... arguments) throws IOException {
    Process child = ChildMain.start(repository, arguments);
    children.add(child);
    return child;
  }

  private static String line(Process child) throws IOException {
    BufferedReader reader = child.inputReader(StandardCharsets.UTF_8);
    return String.valueOf(reader.readLine());
  }

  private List<String> log() throws IOException {
    Path log = repository.resolve("log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  /** Tickets and tokens both rise in the order in which the critical sections were run. */
  private int requireCleanLog() throws IOException {
    long last = 0;
    long lastTicket = 0;
    int sections = 0;
    for (String entry : log()) {
      assertTrue(entry.startsWith("held "), entry);
      long token = Long.parseLong(entry.split(" ", -1)[2]);
      assertTrue(token > last, token + " after " + last);
      last = token;
      long ticket = Long.parseLong(entry.split(" ", -1)[1]);
      assertTrue(ticket > lastTicket, "not in order: " + ticket + " after " + lastTicket);
      lastTicket = ticket;
      sections++;
    }
    return sections;
  }

  @Test
  void processes_exclude_each_other_and_tokens_rise_in_the_order_of_their_sections()
      throws Exception {
    for (int i = 0; i < 4; i++) {
      child("loop", "300");
    }
    for (Process child : children) {
      assertEquals("started", line(child));
      assertEquals("done", line(child));
    }
    assertEquals(1200, requireCleanLog());
    assertTrue(Files.size(repository.resolve("lockbroker/journal")) < 600_000);
  }

  @Test
  void killing_anybody_at_any_moment_leaves_a_valid_journal_and_no_overlap() throws Exception {
    Random random = new Random(3);
    long end = System.nanoTime() + 15_000_000_000L;
    int kills = 0;
    while (System.nanoTime() - end < 0) {
      while (children.size() < 4) {
        Process child = child("loop", "1000000");
        if (kills == 0) {
          assertEquals("started", line(child));
        }
      }
      TimeUnit.MILLISECONDS.sleep(random.nextInt(60));
      Process victim = children.remove(random.nextInt(children.size()));
      if (victim.isAlive()) {
        kills++;
      }
      victim.destroyForcibly().waitFor();
    }
    for (Process child : children) {
      child.destroyForcibly().waitFor();
    }
    int sections = requireCleanLog();
    Arbiter arbiter = open();
    Ticket mine = Asks.held(arbiter, realAsk());
    assertEquals(List.of(mine), arbiter.table().tickets());
    System.out.printf("%d kills, %d critical sections, no overlap%n", kills, sections);
    assertTrue(kills > 30 && sections > 100, kills + " kills, " + sections + " sections");
  }

  @Test
  void deleting_the_directory_again_and_again_stops_nobody_and_repeats_no_token() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertEquals("started", line(child("loop", "1000000")));
    }
    int deletions = 0;
    for (; deletions < 60; deletions++) {
      TimeUnit.MILLISECONDS.sleep(40);
      new ProcessBuilder("rm", "-rf", repository.resolve("lockbroker").toString())
          .redirectErrorStream(true)
          .start()
          .waitFor();
    }
    int before = log().size();
    TimeUnit.MILLISECONDS.sleep(500);
    for (Process child : children) {
      assertTrue(child.isAlive(), () -> "ended: " + said(child));
      child.destroyForcibly().waitFor();
    }
    // Overlaps are what a deletion means: a forced release of what is held at the moment.
    List<String> tokens = new ArrayList<>();
    for (String entry : log()) {
      assertFalse(entry.startsWith("FAULT"), entry);
      if (entry.equals("OVERLAP in the guard")) {
        continue; // two guards for a moment: the journal's chain decides whose line counts
      }
      String[] words = entry.split(" ", -1);
      tokens.add(words[words.length - 1]);
    }
    assertEquals(tokens.size(), new HashSet<>(tokens).size(), "a token was given twice");
    assertTrue(tokens.size() > before, "nobody got anything after the last deletion");
    System.out.printf("%d deletions, %d leases%n", deletions, tokens.size());
  }

  private static String said(Process child) {
    try {
      return new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private dev.lockbroker.core.table.Command realAsk() {
    return new dev.lockbroker.core.table.Command.Request(
        RandomBits.requestId(),
        Asks.claims("X:/"),
        host.self(),
        10_000,
        dev.lockbroker.core.table.LeaseKind.LEASE,
        "",
        false,
        false);
  }

  @Test
  void a_guard_kept_by_another_process_is_named_and_a_waiter_goes_on() throws Exception {
    Arbiter arbiter = open();
    Asks.turn(arbiter);
    Process keeper = child("guard");
    assertEquals("kept true", line(keeper));
    JournalException e =
        assertThrows(
            JournalException.class,
            () -> arbiter.transact(List.of(realAsk()), FakeParty.NOBODY, 100_000_000L));
    assertEquals(JournalException.Fault.GUARD_BUSY, e.fault());
    String busy = String.valueOf(e.getMessage());
    assertTrue(busy.contains("pid " + keeper.pid() + "; ") && busy.contains("try again"), busy);
    assertFalse(busy.contains("kill"), busy);
    String pid = Long.toString(keeper.pid());
    assertEquals(0, new ProcessBuilder("kill", "-STOP", pid).start().waitFor());
    JournalException again =
        assertThrows(
            JournalException.class,
            () -> arbiter.transact(List.of(realAsk()), FakeParty.NOBODY, 100_000_000L));
    String stopped = String.valueOf(again.getMessage());
    assertTrue(stopped.contains("'kill -CONT " + keeper.pid() + "'"), stopped);
    keeper.destroyForcibly().waitFor();
    Asks.held(arbiter, realAsk());
  }

  @Test
  void a_holder_that_is_killed_is_followed_by_the_next_in_the_queue() throws Exception {
    Process holder = child("hold", "LEASE");
    assertTrue(line(holder).startsWith("held "));
    Arbiter arbiter = open();
    dev.lockbroker.core.table.Command ask = realAsk();
    assertInstanceOf(Outcome.Waiting.class, Asks.one(arbiter, ask));
    holder.destroyForcibly().waitFor();
    assertInstanceOf(Outcome.Held.class, Asks.one(arbiter, ask));
  }

  @Test
  void who_may_not_open_the_guard_is_told_so_at_once() throws Exception {
    boolean canDrop = host.uid() == 0 && Files.isExecutable(Path.of("/usr/bin/setpriv"));
    Assumptions.assumeTrue(canDrop);
    Asks.turn(open());
    Path place = repository.resolve("lockbroker");
    Files.setPosixFilePermissions(repository, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String name : List.of("witness", "inside")) {
      Path file = Files.writeString(repository.resolve(name), "");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    }
    List<String> command = new ArrayList<>();
    command.addAll(List.of("setpriv", "--reuid=65534", "--clear-groups"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ChildMain.class.getName(), repository.toString(), "try"));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    children.add(child);
    String said = line(child);
    Assumptions.assumeFalse(said.contains("rror"), said); // the classes may be out of its reach
    assertTrue(said.startsWith("NOT_WRITABLE"), said);
    assertTrue(Long.parseLong(said.split(" ", -1)[1]) < 2000, said);
  }
}
