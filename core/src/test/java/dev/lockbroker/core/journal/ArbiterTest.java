package dev.lockbroker.core.journal;

import static dev.lockbroker.core.journal.Asks.ask;
import static dev.lockbroker.core.journal.Asks.force;
import static dev.lockbroker.core.journal.Asks.held;
import static dev.lockbroker.core.journal.Asks.id;
import static dev.lockbroker.core.journal.Asks.one;
import static dev.lockbroker.core.journal.Asks.refresh;
import static dev.lockbroker.core.journal.Asks.refused;
import static dev.lockbroker.core.journal.Asks.release;
import static dev.lockbroker.core.journal.Asks.turn;
import static dev.lockbroker.core.journal.Asks.waiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.journal.JournalException.Fault;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Refusal;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of transactions on a real directory, with clocks and processes that obey the test. */
class ArbiterTest {
  @TempDir Path repository;
  private Path place = Path.of("");
  private final FakeHost host = new FakeHost();
  private final FakeProcesses processes = new FakeProcesses();
  private final List<Arbiter> opened = new ArrayList<>();
  private Arbiter arbiter = newArbiter(host);

  @BeforeEach
  void open() {
    place = repository.resolve("lockbroker");
    arbiter = newArbiter(host);
    host.bootTimeSeconds = Instant.now().getEpochSecond() - 3600;
  }

  @AfterEach
  void close() {
    opened.forEach(Arbiter::close);
  }

  private Arbiter newArbiter(FakeHost on) {
    Arbiter made = Arbiter.open(place, on, processes);
    opened.add(made);
    return made;
  }

  private Path journal() {
    return place.resolve("journal");
  }

  private String text() throws IOException {
    return Files.readString(journal(), StandardCharsets.ISO_8859_1);
  }

  private void append(String text) throws IOException {
    Files.writeString(journal(), text, StandardCharsets.ISO_8859_1, StandardOpenOption.APPEND);
  }

  private void removeDirectory() throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  private Fault fault() {
    return assertThrows(JournalException.class, () -> turn(arbiter)).fault();
  }

  private static Ticket now(Arbiter arbiter, Ticket ticket) {
    Ticket now = arbiter.table().ticket(ticket.number());
    assertNotNull(now);
    return now;
  }

  @Test
  void a_free_lock_is_held_after_one_transaction_and_one_line() throws IOException {
    Ticket ticket = held(arbiter, ask(1, "X:/"));
    assertEquals(2, text().lines().count());
    assertEquals(host.now + 10_000 * FakeHost.MS, ticket.requireHold().untilNanos());
    assertTrue(ticket.number() > host.wallMicros);
  }

  @Test
  void nothing_to_say_writes_nothing() throws IOException {
    held(arbiter, ask(1, "X:/"));
    String before = text();
    turn(arbiter);
    held(arbiter, ask(1, "X:/"));
    assertEquals(before, text());
  }

  @Test
  void other_arbiters_see_it_and_serve_the_queue_in_order() throws IOException {
    Ticket first = held(arbiter, ask(1, "X:/"));
    Arbiter other = newArbiter(host);
    Ticket second = waiting(other, ask(2, "X:/"));
    Ticket third = waiting(arbiter, ask(3, "X:/"));
    one(newArbiter(host), release(first));
    assertNotNull(other.look());
    assertTrue(now(other, second).isHeld());
    assertFalse(now(other, third).isHeld());
    assertNull(other.look());
  }

  @Test
  void who_does_not_know_the_holder_grants_for_a_short_while_only() throws IOException {
    Ticket first = held(arbiter, ask(1, "X:/"));
    Ticket second = waiting(arbiter, ask(2, "X:/"));
    one(newArbiter(host), release(first));
    arbiter.look();
    assertEquals(host.now + Arbiter.PICK_UP_NANOS, now(arbiter, second).requireHold().untilNanos());
    Ticket refreshed = held(arbiter, refresh(now(arbiter, second)));
    assertEquals(host.now + 10_000 * FakeHost.MS, refreshed.requireHold().untilNanos());
  }

  @Test
  void a_lapsed_lease_ends_when_somebody_wants_it_and_not_before() throws IOException {
    Ticket lease = held(arbiter, ask(1, "X:/"));
    host.passMillis(10_000);
    turn(arbiter);
    assertNotNull(arbiter.table().ticket(lease.number()));
    Ticket next = held(arbiter, ask(2, "X:/"));
    assertTrue(next.requireHold().token() > lease.requireHold().token());
    assertEquals(Refusal.LOST, refused(arbiter, refresh(lease)));
  }

  @Test
  void a_lapsed_lease_that_nobody_wants_is_refreshed_or_resumed() throws IOException {
    Ticket lease = held(arbiter, ask(1, "X:/"));
    host.passMillis(60_000);
    Ticket resumed = held(arbiter, ask(1, "X:/", LeaseKind.LEASE, true, false));
    assertEquals(lease, resumed);
    Ticket refreshed = held(arbiter, refresh(lease));
    assertEquals(host.now + 10_000 * FakeHost.MS, refreshed.requireHold().untilNanos());
  }

  @Test
  void a_dead_holder_loses_its_lease_and_dead_waiters_are_passed() throws IOException {
    held(arbiter, ask(1, "X:/"));
    Ticket second = waiting(arbiter, ask(2, "X:/"));
    Ticket third = waiting(arbiter, ask(3, "X:/"));
    processes.dead.add(1L);
    processes.dead.add(2L);
    turn(arbiter);
    assertNull(arbiter.table().ticket(second.number()));
    assertTrue(now(arbiter, third).isHeld());
  }

  @Test
  void a_process_that_nobody_can_judge_counts_as_alive() throws IOException {
    held(arbiter, ask(1, "X:/"));
    waiting(arbiter, ask(2, "X:/"));
    processes.unknown.add(1L);
    Ticket third = waiting(arbiter, ask(3, "X:/"));
    assertFalse(now(arbiter, third).isHeld());
  }

  @Test
  void a_dead_waiter_in_the_middle_is_swept() throws IOException {
    held(arbiter, ask(1, "X:/a"));
    Ticket dead = waiting(arbiter, ask(2, "X:/a,X:/b"));
    Ticket third = waiting(arbiter, ask(3, "X:/b"));
    processes.dead.add(2L);
    host.passMillis(100);
    turn(arbiter);
    assertNull(arbiter.table().ticket(dead.number()));
    assertTrue(now(arbiter, third).isHeld());
    assertEquals(Refusal.BUSY, refused(arbiter, ask(4, "X:/a", LeaseKind.LEASE, false, true)));
  }

  @Test
  void an_attempt_is_refused_only_by_the_living() throws IOException {
    held(arbiter, ask(1, "X:/a"));
    waiting(arbiter, ask(2, "X:/a,X:/b"));
    processes.dead.add(2L);
    host.passMillis(1);
    held(arbiter, ask(3, "X:/b", LeaseKind.LEASE, false, true));
  }

  @Test
  void one_transaction_carries_out_several_commands_and_tells_their_end() throws IOException {
    Ticket lease = held(arbiter, ask(1, "X:/"));
    host.passMillis(5);
    List<Command> commands =
        List.of(refresh(lease), ask(2, "X:/"), release(lease), ask(3, "S:/"), release(lease));
    Turn turn = arbiter.transact(commands, FakeParty.NOBODY, Asks.PATIENCE);
    assertEquals(new Outcome.Ended(lease.number()), turn.outcomes().get(0));
    assertInstanceOf(Outcome.Held.class, turn.outcomes().get(1));
    assertEquals(new Outcome.Ended(lease.number()), turn.outcomes().get(2));
    assertInstanceOf(Outcome.Waiting.class, turn.outcomes().get(3));
    assertEquals(new Outcome.Ended(lease.number()), turn.outcomes().get(4));
    assertEquals(3, text().lines().count());
    assertEquals(5, turn.news().size());
  }

  @Test
  void force_ends_a_lease_and_tells_its_holder_by_its_absence() throws IOException {
    Ticket lease = held(arbiter, ask(1, "X:/"));
    Ticket second = waiting(arbiter, ask(2, "X:/"));
    assertInstanceOf(Outcome.Ended.class, one(newArbiter(host), force(lease)));
    assertEquals(Refusal.LOST, refused(arbiter, ask(1, "X:/", LeaseKind.LEASE, true, false)));
    assertTrue(now(arbiter, second).isHeld());
  }

  @Test
  void a_torn_line_of_a_killed_writer_is_closed_and_never_revived() throws IOException {
    held(arbiter, ask(1, "X:/a"));
    String before = text();
    held(arbiter, ask(2, "X:/b"));
    String line = text().substring(before.length());
    Files.writeString(journal(), before + line.substring(0, line.length() - 1));
    Arbiter other = newArbiter(host);
    other.look();
    assertNull(other.table().ticket(id(2)));
    held(other, ask(3, "X:/b"));
    assertTrue(text().startsWith(before + line.substring(0, line.length() - 1) + "~\n"));
    Arbiter third = newArbiter(host);
    turn(third);
    assertNull(third.table().ticket(id(2)));
    assertEquals(2, third.table().held().size());
  }

  @Test
  void an_arbiter_that_knew_more_than_the_file_says_begins_a_new_one() throws IOException {
    Ticket kept = held(arbiter, ask(1, "X:/a"));
    String before = text();
    Ticket cut = held(arbiter, ask(2, "X:/b"));
    Files.writeString(journal(), before);
    Ticket next = held(arbiter, ask(3, "X:/c"));
    assertTrue(next.number() > cut.requireHold().token(), "a number was given twice");
    assertNull(arbiter.table().ticket(cut.number()));
    assertNull(arbiter.table().ticket(kept.number()));
    assertFalse(text().startsWith(before));
  }

  @Test
  void a_corrupt_journal_stops_everybody() throws IOException {
    held(arbiter, ask(1, "X:/a"));
    append("garbage\n");
    assertEquals(Fault.CORRUPT, fault());
    assertEquals(Fault.CORRUPT, fault());
    JournalException e = assertThrows(JournalException.class, () -> newArbiter(host).look());
    assertEquals(Fault.CORRUPT, e.fault());
  }

  @Test
  void a_journal_of_a_newer_version_is_left_alone() throws IOException {
    held(arbiter, ask(1, "X:/a"));
    String before = text().replaceFirst("LB1", "LB2");
    Files.delete(journal());
    Files.writeString(journal(), before);
    assertEquals(Fault.NEWER_FORMAT, fault());
    assertEquals(before, text());
  }

  @Test
  void an_empty_or_headless_journal_is_corrupt() throws IOException {
    turn(arbiter);
    for (String content : List.of("", "\n", "LB1", "x".repeat(1000), "LB1 a b c d e f\n")) {
      Files.writeString(journal(), content);
      assertEquals(Fault.CORRUPT, fault(), content);
    }
  }

  @Test
  void a_journal_larger_than_any_of_ours_is_not_read() throws IOException {
    turn(arbiter);
    Files.write(journal(), new byte[(16 << 20) + 1], StandardOpenOption.APPEND);
    assertEquals(Fault.CORRUPT, fault());
  }

  @Test
  void compaction_keeps_every_ticket_and_every_number_rises() throws IOException {
    Ticket lease = held(arbiter, ask(1, "X:/a"));
    Ticket waiter = waiting(arbiter, ask(2, "X:/a"));
    Arbiter other = newArbiter(host);
    turn(other);
    String head = text().lines().findFirst().orElseThrow();
    long last = 0;
    int number = 10;
    while (text().startsWith(head)) {
      Ticket ticket = held(arbiter, ask(number++, "X:/b"));
      assertTrue(ticket.number() > last);
      last = ticket.requireHold().token();
      one(arbiter, release(ticket));
    }
    assertTrue(Files.size(journal()) < 4096);
    Turn turn = turn(other);
    assertTrue(turn.replaced());
    assertEquals(lease, other.table().ticket(lease.number()));
    assertEquals(waiter, other.table().ticket(waiter.number()));
    assertTrue(held(other, ask(5, "X:/b")).number() > last);
  }

  @Test
  void processes_that_live_for_one_transaction_keep_the_journal_small() throws IOException {
    Ticket pinned = held(arbiter, ask(1, "X:/a"));
    int longest = 0;
    for (int i = 0; i < 3000; i++) {
      try (Arbiter brief = newArbiter(host)) {
        Ticket ticket = held(brief, ask(10, "X:/b"));
        one(brief, release(ticket));
      }
      opened.remove(opened.size() - 1);
      longest = Math.max(longest, (int) Files.size(journal()));
    }
    // The 16 KiB of a cold start, and the line that comes before the next look at the length.
    assertTrue(longest < 18_000, "the journal grew to " + longest);
    turn(arbiter);
    assertEquals(pinned, arbiter.table().ticket(pinned.number()));
  }

  @Test
  void a_deleted_directory_is_a_forced_release_of_everything() throws IOException {
    Ticket lease = held(arbiter, ask(1, "X:/"));
    Arbiter other = newArbiter(host);
    turn(other);
    removeDirectory();
    assertNotNull(other.look());
    assertEquals(List.of(), other.table().tickets());
    Ticket next = held(other, ask(2, "X:/"));
    assertTrue(next.number() > lease.requireHold().token());
    Turn turn = turn(arbiter);
    assertTrue(turn.replaced());
    assertNull(arbiter.table().ticket(lease.number()));
    assertEquals(Refusal.LOST, refused(arbiter, refresh(lease)));
    assertEquals(Refusal.LOST, refused(arbiter, ask(1, "X:/", LeaseKind.LEASE, true, false)));
    assertEquals(1, arbiter.table().tickets().size());
  }

  @Test
  void numbers_rise_over_deletion_even_if_the_clock_was_set_back() throws IOException {
    Ticket lease = held(arbiter, ask(1, "X:/"));
    removeDirectory();
    host.wallMicros = 5;
    assertTrue(held(arbiter, ask(2, "X:/")).number() > lease.requireHold().token());
  }

  @Test
  void a_deleted_journal_or_a_deleted_guard_is_a_deleted_directory() throws IOException {
    for (String name : List.of("journal", "guard")) {
      Ticket lease = held(arbiter, ask(name.length(), "X:/"));
      Files.delete(place.resolve(name));
      host.wallMicros += 1_000_000; // what makes numbers rise for who never saw the old file
      Arbiter other = newArbiter(host);
      Ticket next = held(other, ask(99, "X:/"));
      assertTrue(turn(arbiter).replaced(), name);
      assertNull(arbiter.table().ticket(lease.number()), name);
      assertEquals(next, arbiter.table().ticket(next.number()), name);
      one(arbiter, release(next));
    }
  }

  @Test
  void a_journal_of_another_guard_is_replaced() throws IOException {
    Ticket lease = held(arbiter, ask(1, "X:/"));
    Files.writeString(place.resolve("guard.new"), "f".repeat(32));
    Files.move(
        place.resolve("guard.new"),
        place.resolve("guard"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Ticket next = held(newArbiter(host), ask(2, "X:/"));
    assertNotEquals(lease, next);
    assertEquals(next, turnAndGet(next));
    assertTrue(text().startsWith("LB1 " + "f".repeat(32)));
  }

  private @org.jspecify.annotations.Nullable Ticket turnAndGet(Ticket ticket)
      throws JournalException {
    turn(arbiter);
    return arbiter.table().ticket(ticket.number());
  }

  @Test
  void a_damaged_guard_stops_everybody() throws IOException {
    Files.createDirectories(place);
    Files.writeString(place.resolve("guard"), "not an id");
    assertEquals(Fault.CORRUPT, fault());
  }

  @Test
  void after_a_reboot_nothing_is_held_and_numbers_go_on() throws IOException {
    Ticket lease = held(arbiter, ask(1, "X:/"));
    Files.setLastModifiedTime(journal(), FileTime.from(Instant.now().minusSeconds(7200)));
    FakeHost rebooted = new FakeHost();
    rebooted.bootId = "99999999-2222-3333-4444-555555555555";
    rebooted.bootTimeSeconds = Instant.now().getEpochSecond() - 3600;
    rebooted.wallMicros = 5;
    Arbiter after = newArbiter(rebooted);
    after.look();
    assertEquals(List.of(), after.table().tickets());
    Ticket next = held(after, ask(2, "X:/"));
    assertTrue(next.number() > lease.requireHold().token() + (1 << 20));
  }

  @Test
  void garbage_that_a_power_loss_left_behind_the_header_stops_nobody() throws IOException {
    Ticket lease = held(arbiter, ask(1, "X:/"));
    Files.write(journal(), new byte[4096], StandardOpenOption.APPEND);
    Files.setLastModifiedTime(journal(), FileTime.from(Instant.now().minusSeconds(7200)));
    FakeHost rebooted = new FakeHost();
    rebooted.bootId = "99999999-2222-3333-4444-555555555555";
    rebooted.bootTimeSeconds = Instant.now().getEpochSecond() - 3600;
    Ticket next = held(newArbiter(rebooted), ask(2, "X:/"));
    assertTrue(next.number() > lease.requireHold().token());
  }

  @Test
  void a_directory_copied_back_under_a_living_arbiter_has_one_guard_again() throws IOException {
    Host clock = LinuxHost.current();
    Arbiter living = Arbiter.open(place, clock, processes);
    opened.add(living);
    turn(living);
    Path away = place.resolveSibling("away");
    Files.move(place, away);
    Files.createDirectory(place);
    Files.copy(away.resolve("guard"), place.resolve("guard"));
    Files.copy(away.resolve("journal"), place.resolve("journal"));
    try (FileChannel copy = FileChannel.open(place.resolve("guard"), StandardOpenOption.WRITE);
        FileLock held = copy.lock()) {
      assertTrue(held.isValid());
      JournalException busy =
          assertThrows(
              JournalException.class,
              () -> living.transact(List.of(), FakeParty.NOBODY, 1_000_000));
      assertEquals(Fault.GUARD_BUSY, busy.fault());
    }
  }

  @Test
  void a_power_loss_that_emptied_the_guard_too_takes_no_number_back() throws IOException {
    Ticket lease = held(arbiter, ask(1, "X:/"));
    Files.setLastModifiedTime(journal(), FileTime.from(Instant.now().minusSeconds(7200)));
    arbiter.close();
    Files.write(place.resolve("guard"), new byte[0]);
    FakeHost rebooted = new FakeHost();
    rebooted.bootId = "99999999-2222-3333-4444-555555555555";
    rebooted.wallMicros = 5;
    Ticket next = held(newArbiter(rebooted), ask(2, "X:/"));
    assertTrue(next.number() > lease.requireHold().token() + (1 << 20));
  }

  @Test
  void a_foreign_boot_id_in_a_fresh_journal_is_another_kernel_and_no_reboot() throws IOException {
    held(arbiter, ask(1, "X:/"));
    String before = text();
    host.bootId = "99999999-2222-3333-4444-555555555555";
    arbiter = newArbiter(host);
    assertEquals(Fault.NOT_LOCAL, fault());
    assertEquals(before, text());
    Files.setLastModifiedTime(
        journal(), FileTime.from(Instant.ofEpochSecond(host.bootTimeSeconds)));
    assertEquals(Fault.NOT_LOCAL, fault());
  }

  @Test
  void another_time_namespace_may_neither_look_nor_arbitrate() throws IOException {
    held(arbiter, ask(1, "X:/"));
    host.timeNamespace++;
    arbiter = newArbiter(host);
    assertEquals(Fault.OTHER_CLOCK, fault());
    JournalException e = assertThrows(JournalException.class, () -> arbiter.look());
    assertEquals(Fault.OTHER_CLOCK, e.fault());
  }

  @Test
  void a_deadline_in_the_year_9999_is_a_lapsed_one() throws IOException {
    Ticket lease = held(arbiter, ask(1, "X:/"));
    rewrite(" " + lease.requireHold().untilNanos() + " ", " " + Long.MAX_VALUE + " ");
    arbiter = newArbiter(host);
    held(arbiter, ask(2, "X:/"));
  }

  @Test
  void a_counter_at_its_end_is_an_error_and_never_an_overflow() throws IOException {
    turn(arbiter);
    String[] words = text().trim().split(" ", -1);
    String head =
        new JournalHeader(words[1], words[2], words[3], Long.parseLong(words[4]), 1L << 62).line();
    Files.writeString(journal(), head + "\n");
    arbiter = newArbiter(host);
    JournalException e = assertThrows(JournalException.class, () -> one(arbiter, ask(1, "X:/")));
    assertEquals(Fault.CORRUPT, e.fault());
  }

  /** Changes a line and everything behind it as somebody could who knows the format. */
  private void rewrite(String what, String by) throws IOException {
    List<String> lines = text().lines().toList();
    StringBuilder out = new StringBuilder(lines.get(0)).append('\n');
    String previous = lines.get(0).substring(lines.get(0).length() - 8);
    for (String line : lines.subList(1, lines.size())) {
      String body = line.substring(18).replace(what, by);
      String crc = Checksum.of(previous + ' ' + body);
      out.append(previous).append(' ').append(crc).append(' ').append(body).append('\n');
      previous = crc;
    }
    Files.writeString(journal(), out, StandardCharsets.ISO_8859_1);
  }

  @Test
  void what_is_no_regular_file_or_directory_is_refused_and_left_alone() throws Exception {
    Path elsewhere = Files.createDirectory(repository.resolve("elsewhere"));
    Path file = Files.writeString(repository.resolve("file"), "");
    for (String name : List.of("journal", "guard")) {
      for (String kind : List.of("fifo", "link", "dangling", "directory")) {
        if (Files.exists(place)) {
          removeDirectory();
        }
        arbiter = newArbiter(host);
        if (name.equals("journal")) {
          turn(arbiter);
          Files.delete(journal());
        } else {
          Files.createDirectory(place);
        }
        make(kind, place.resolve(name), file);
        assertEquals(Fault.HOSTILE, fault(), name + " as " + kind);
      }
    }
    removeDirectory();
    for (String kind : List.of("fifo", "link", "dangling", "file")) {
      make(kind, place, elsewhere);
      arbiter = newArbiter(host);
      assertEquals(Fault.HOSTILE, fault(), "lockbroker as " + kind);
      Files.delete(place);
    }
    assertEquals(0, Files.size(file));
    try (Stream<Path> untouched = Files.list(elsewhere)) {
      assertEquals(0, untouched.count());
    }
  }

  @Test
  void run_folders_are_never_reached_through_links() throws Exception {
    Path elsewhere = Files.createDirectory(repository.resolve("elsewhere"));
    Path precious = Files.writeString(elsewhere.resolve("12.345"), "");
    Ticket lease = held(arbiter, Asks.run(1, "X:/"));
    Path folder = RunFolder.of(lease).in(place);
    Files.delete(folder);
    Files.createSymbolicLink(folder, elsewhere);
    processes.dead.add(12L);
    JournalException e = assertThrows(JournalException.class, () -> one(arbiter, release(lease)));
    assertEquals(Fault.HOSTILE, e.fault());
    assertTrue(Files.exists(precious));
    Files.delete(folder);
    Files.delete(place.resolve("run"));
    Files.createSymbolicLink(place.resolve("run"), elsewhere);
    assertThrows(JournalException.class, () -> one(arbiter, Asks.run(2, "X:/z")));
    assertThrows(JournalException.class, () -> one(arbiter, release(lease)));
    assertThrows(
        JournalException.class, () -> arbiter.register(RunFolder.of(lease), Asks.client(5), 1));
  }

  private static void make(String kind, Path path, Path target) throws Exception {
    switch (kind) {
      case "fifo" ->
          assertEquals(0, new ProcessBuilder("mkfifo", path.toString()).start().waitFor());
      case "link" -> Files.createSymbolicLink(path, target);
      case "dangling" -> Files.createSymbolicLink(path, Path.of("/nowhere/at/all"));
      case "directory" -> Files.createDirectory(path);
      default -> Files.writeString(path, "");
    }
  }

  @Test
  void a_repository_that_is_gone_is_said_to_be_gone() {
    arbiter = Arbiter.open(repository.resolve("no/lockbroker"), host, processes);
    assertEquals(Fault.GONE, fault());
  }

  @Test
  void a_shared_repository_shares_its_journal_with_its_group() throws IOException {
    Files.setAttribute(repository, "unix:mode", 02775);
    Ticket lease = held(arbiter, Asks.run(1, "X:/"));
    assertEquals(02770, mode(place));
    assertEquals(0660, mode(place.resolve("guard")));
    assertEquals(0660, mode(journal()));
    assertEquals(02770, mode(place.resolve("run")));
    assertEquals(02770, mode(RunFolder.of(lease).in(place)));
    one(arbiter, release(lease));
  }

  @Test
  void an_unshared_one_keeps_it_private() throws IOException {
    Files.setAttribute(repository, "unix:mode", 0755);
    held(arbiter, Asks.run(1, "X:/"));
    assertEquals(0700, mode(place));
    assertEquals(0600, mode(place.resolve("guard")));
    assertEquals(0600, mode(journal()));
    assertEquals(0700, mode(place.resolve("run")));
  }

  private static int mode(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
  }

  @Test
  void an_interrupt_waits_until_the_answer_is_there() throws IOException {
    Thread.currentThread().interrupt();
    Ticket lease = held(arbiter, Asks.run(1, "X:/"));
    assertTrue(Thread.currentThread().isInterrupted());
    assertTrue(arbiter.register(RunFolder.of(lease), Asks.client(77), 5));
    assertEquals(List.of(new RunEntry(77, 1, 5)), arbiter.workers(RunFolder.of(lease)));
    assertNull(arbiter.look());
    assertNotNull(newArbiter(host).look());
    assertTrue(Thread.interrupted());
    assertEquals(Refusal.WORKER_ALIVE, refused(arbiter, release(lease)));
  }

  @Test
  void closing_an_arbiter_does_not_disturb_another() throws IOException {
    Arbiter other = newArbiter(host);
    Ticket lease = held(arbiter, ask(1, "X:/"));
    held(other, ask(1, "X:/"));
    arbiter.close();
    one(other, new Command.End(lease.number(), EndReason.RELEASED));
    held(arbiter, ask(2, "X:/"));
  }

  @Test
  void a_ticket_that_was_granted_meanwhile_is_not_taken_out_of_the_queue() throws IOException {
    Ticket first = held(arbiter, ask(1, "X:/"));
    Ticket second = waiting(arbiter, ask(2, "X:/"));
    Ticket third = waiting(arbiter, ask(3, "X:/"));
    one(newArbiter(host), release(first));
    Outcome late = one(arbiter, new Command.Dequeue(second.number()));
    assertEquals(second.number(), assertInstanceOf(Outcome.Held.class, late).ticket().number());
    assertInstanceOf(Outcome.Ended.class, one(arbiter, new Command.Dequeue(third.number())));
    assertInstanceOf(Outcome.Ended.class, one(arbiter, new Command.Dequeue(third.number())));
    assertEquals(
        List.of(second.number()), arbiter.table().tickets().stream().map(Ticket::number).toList());
  }
}
