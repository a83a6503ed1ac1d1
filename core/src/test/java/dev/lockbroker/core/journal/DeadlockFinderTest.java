package dev.lockbroker.core.journal;

import static dev.lockbroker.core.journal.Asks.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.ProcessView;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.process.Verdict;
import dev.lockbroker.core.repository.KnownRepositories;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Inside;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.core.table.WaitGraph.Reach;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cycles over real journals, with a clock and processes that obey the test. */
class DeadlockFinderTest {
  private static final int HOSTILE = 666;

  @TempDir Path folder;

  private final FakeHost host = new FakeHost();
  private final FakeProcesses processes = new FakeProcesses();
  private final Map<String, Arbiter> arbiters = new HashMap<>();
  private final List<Runnable> whileWalking = new ArrayList<>();

  @BeforeEach
  void begin() {
    host.bootTimeSeconds = Instant.now().getEpochSecond() - 3600;
  }

  @AfterEach
  void close() {
    arbiters.values().forEach(Arbiter::close);
  }

  private Path journal(String name) {
    return folder.resolve(name).resolve(".git/lockbroker");
  }

  private Arbiter arbiter(String name) {
    return arbiters.computeIfAbsent(
        name,
        same -> {
          try {
            Files.createDirectories(folder.resolve(name).resolve(".git"));
            new KnownRepositories(folder.resolve("state")).add(lockable(name));
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
          return Arbiter.open(journal(name), host, processes);
        });
  }

  private Lockable lockable(String name) {
    Path top = folder.resolve(name);
    Path git = top.resolve(".git");
    return new Lockable(git, journal(name), Lockable.Kind.GIT, git, null, top);
  }

  private Ticket ask(String name, int request, int pid, String claims, int... inside)
      throws Exception {
    return ask(name, request, pid, claims, LeaseKind.LEASE, inside);
  }

  private Ticket ask(
      String name, int request, int pid, String claims, LeaseKind kind, int... inside)
      throws Exception {
    host.passMillis(1);
    List<RequestId> outer = IntStream.of(inside).mapToObj(Asks::id).toList();
    Command.Request command =
        new Command.Request(
            id(request),
            Asks.claims(claims),
            Asks.client(pid),
            10_000,
            kind,
            pid == HOSTILE ? "\u001b[2J\u202e'\n" : "job " + pid,
            false,
            false,
            new Inside(outer));
    Outcome outcome = Asks.one(arbiter(name), command);
    return outcome instanceof Outcome.Held held
        ? held.ticket()
        : ((Outcome.Waiting) outcome).ticket();
  }

  private @Nullable String find(String name, int request, Reach reach) {
    return finder(folder.resolve("state")).find(journal(name), id(request), reach, Map.of());
  }

  private DeadlockFinder finder(Path state) {
    return new DeadlockFinder(host, new Watched(), state);
  }

  private String found(String name, int request) {
    String sentence = find(name, request, Reach.OWN);
    assertNotNull(sentence);
    return sentence.replace(folder.toString(), "").replaceAll("ticket \\d+", "ticket N");
  }

  private void cross() throws Exception {
    ask("a", 1, 11, "X:/");
    ask("b", 2, 12, "X:/");
    ask("b", 3, 11, "X:/", 1);
    ask("a", 4, 12, "X:/", 2);
  }

  @Test
  void two_in_opposite_order_are_told_who_holds_what() throws Exception {
    cross();
    assertEquals(
        "would deadlock: you hold /b (ticket N) and ask for /a, held by pid 11 'job 11' (ticket N),"
            + " which waits for /b; give /b back first, or ask for both at once",
        found("a", 4));
    assertNull(find("b", 3, Reach.OWN));
    assertNotNull(find("b", 3, Reach.ANY));
  }

  @Test
  void three_in_a_ring_are_told_the_whole_ring() throws Exception {
    ask("a", 1, 11, "X:/");
    ask("b", 2, 12, "X:/name/x");
    ask("c", 3, 13, "X:/");
    ask("b", 4, 11, "X:/", 1);
    ask("c", 5, 12, "X:/", 2);
    ask("a", 6, 13, "X:/", 3);
    assertEquals(
        "would deadlock: you hold /c (ticket N) and ask for /a, held by pid 11 'job 11' (ticket N),"
            + " which waits for /b, held by pid 12 'job 12' (ticket N), which waits for /c;"
            + " give /c back first, or ask for both at once",
        found("a", 6));
  }

  @Test
  void who_waits_behind_a_waiter_is_told_of_him() throws Exception {
    ask("a", 1, 11, "X:/name/one");
    ask("a", 2, 12, "X:/");
    ask("a", 3, 13, "X:/name/two", 1);
    assertEquals(
        "would deadlock: the command around you holds /a (X:/name/one) (ticket N) and you ask for"
            + " /a (X:/name/two), behind pid 12 'job 12' (ticket N), who waits for that lease;"
            + " have the outer command ask for all of it from the beginning",
        found("a", 3));
  }

  @Test
  void a_waiter_between_two_leases_is_told_with_whom_it_waits_for() throws Exception {
    ask("a", 1, 11, "X:/");
    ask("b", 2, 12, "X:/name/x");
    ask("b", 5, 15, "X:/");
    ask("b", 3, 11, "X:/name/y", 1);
    ask("a", 4, 12, "X:/", 2);
    assertEquals(
        "would deadlock: you hold /b (X:/name/x) (ticket N) and ask for /a, held by pid 11 'job 11'"
            + " (ticket N), which waits for /b (X:/name/y), behind pid 15 'job 15' (ticket N),"
            + " who waits for that lease; give /b (X:/name/x) back first, or ask for both at once",
        found("a", 4));
  }

  @Test
  void an_upgrade_is_told_that_it_waits_for_itself() throws Exception {
    ask("a", 1, 11, "S:/");
    ask("a", 2, 11, "X:/", 1);
    assertEquals(
        "would deadlock: you hold /a (S:/) (ticket N) and ask for /a, which it excludes;"
            + " give the former back first, or ask for all of it at once",
        found("a", 2));
  }

  @Test
  void a_hostile_label_is_escaped() throws Exception {
    ask("a", 1, HOSTILE, "X:/name/\u202e");
    ask("b", 2, 12, "X:/");
    ask("b", 3, HOSTILE, "X:/", 1);
    ask("a", 4, 12, "X:/", 2);
    String sentence = found("a", 4);
    assertTrue(sentence.contains("held by pid 666 '"), sentence);
    assertTrue(sentence.chars().allMatch(c -> c >= ' ' && c < 127), sentence);
  }

  @Test
  void a_dead_waiter_waits_for_nobody() throws Exception {
    ask("a", 1, 11, "X:/");
    ask("b", 2, 12, "X:/", LeaseKind.RUN);
    Arbiter b = arbiter("b");
    assertTrue(b.register(folder(b, 2), Asks.client(99), 1));
    ask("a", 4, 14, "X:/", 2);
    ask("b", 3, 11, "X:/", 1);
    assertNotNull(find("b", 3, Reach.OWN));
    processes.dead.add(14L);
    assertNull(find("b", 3, Reach.ANY));
  }

  @Test
  void a_lease_whose_holder_died_is_in_nobodys_way_but_its_worker_is() throws Exception {
    ask("a", 1, 11, "X:/");
    ask("b", 2, 12, "X:/", LeaseKind.RUN);
    Arbiter b = arbiter("b");
    assertTrue(b.register(folder(b, 2), Asks.client(99), 1));
    ask("b", 3, 11, "X:/", 1);
    ask("a", 4, 14, "X:/", 2);
    processes.dead.add(12L);
    assertNotNull(find("a", 4, Reach.OWN));
    processes.dead.add(99L);
    assertNull(find("a", 4, Reach.OWN));
  }

  @Test
  void a_lapsed_lease_is_in_nobodys_way() throws Exception {
    cross();
    host.passMillis(10_000);
    assertNull(find("a", 4, Reach.OWN));
  }

  @Test
  void what_changes_while_it_is_looked_at_is_not_believed() throws Exception {
    cross();
    Ticket third = arbiter("b").table().waiting().iterator().next();
    whileWalking.add(
        () -> {
          try {
            Asks.one(arbiter("b"), new Command.End(third.number(), EndReason.CANCELLED));
          } catch (JournalException e) {
            throw new IllegalStateException(e);
          }
        });
    assertNull(find("a", 4, Reach.OWN));
    assertEquals(List.of(), whileWalking);
  }

  @Test
  void an_unreadable_journal_hides_a_cycle_until_it_can_be_read_and_harms_no_other()
      throws Exception {
    cross();
    Path b = journal("b").resolve("journal");
    byte[] content = Files.readAllBytes(b);
    Files.writeString(b, "LB1 rubbish\n", StandardCharsets.ISO_8859_1);
    DeadlockFinder finder = finder(folder.resolve("state"));
    assertNull(finder.find(journal("a"), id(4), Reach.OWN, Map.of()));
    Files.write(b, content);
    assertNotNull(finder.find(journal("a"), id(4), Reach.OWN, Map.of()));
  }

  @Test
  void a_journal_that_is_not_noted_is_read_where_it_is_named() throws Exception {
    cross();
    DeadlockFinder finder = finder(folder.resolve("another state"));
    assertNull(finder.find(journal("a"), id(4), Reach.OWN, Map.of()));
    Map<Path, Path> named = Map.of(journal("b"), folder.resolve("bee"));
    String sentence = finder.find(journal("a"), id(4), Reach.OWN, named);
    assertNotNull(sentence);
    assertTrue(sentence.contains("you hold " + folder + "/bee "), sentence);
    assertTrue(sentence.contains("ask for " + folder + "/a,"), sentence);
  }

  @Test
  void a_request_that_holds_or_is_gone_waits_for_nobody() throws Exception {
    cross();
    assertNull(find("a", 1, Reach.ANY));
    assertNull(find("a", 99, Reach.ANY));
    assertNull(find("nowhere", 1, Reach.ANY));
  }

  private static RunFolder folder(Arbiter arbiter, int request) {
    Ticket ticket = arbiter.table().ticket(id(request));
    assertNotNull(ticket);
    return RunFolder.of(ticket);
  }

  /** Does something the first time that a process is looked at. */
  private final class Watched implements Processes {
    @Override
    public Verdict judge(ProcessIdentity process) {
      List<Runnable> due = List.copyOf(whileWalking);
      whileWalking.clear();
      due.forEach(Runnable::run);
      return processes.judge(process);
    }

    @Override
    public OptionalLong startTicks(long pid) {
      return processes.startTicks(pid);
    }

    @Override
    public OptionalLong session(long pid) {
      return processes.session(pid);
    }

    @Override
    public Optional<ProcessView> view(ProcessIdentity process) {
      return processes.view(process);
    }

    @Override
    public List<ProcessIdentity> carriers(String variable, String needle, long session) {
      return processes.carriers(variable, needle, session);
    }
  }
}
