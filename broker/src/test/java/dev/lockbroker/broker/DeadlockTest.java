package dev.lockbroker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.LinuxProcesses;
import dev.lockbroker.core.table.Inside;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.proto.v1.Acquire;
import dev.lockbroker.proto.v1.Claim;
import dev.lockbroker.proto.v1.Granted;
import dev.lockbroker.proto.v1.Mode;
import dev.lockbroker.proto.v1.Queued;
import dev.lockbroker.proto.v1.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cycles of waiting among clients that say what they hold. */
@Timeout(60)
class DeadlockTest extends BrokerFixture {
  private Path other = Path.of("");
  private Path third = other;

  @BeforeEach
  void makeMore() throws Exception {
    other = newRepository("other");
    third = newRepository("third");
  }

  private static Acquire.Builder inside(TestSession session, Path path, Granted... held) {
    Acquire.Builder request = session.request(path);
    for (Granted lease : held) {
      request.addWhileHolding(lease.getRequestId());
    }
    return request;
  }

  @Test
  void the_request_that_closes_a_cycle_is_refused_with_the_cycle() {
    TestSession one = session();
    TestSession two = session();
    Granted first = one.lock(repository);
    Granted second = two.lock(other);
    one.acquire(inside(one, other, first));
    one.queued();
    String asked = two.acquire(inside(two, repository, second));
    two.queued();
    var refused = two.refused(Reason.DEADLOCK);
    assertEquals(asked, refused.getRequestId());
    String pid = "pid " + ProcessHandle.current().pid();
    assertEquals(
        "would deadlock: you hold "
            + other
            + " (ticket "
            + second.getTicket()
            + ") and ask for "
            + repository
            + ", held by "
            + pid
            + " 'test' (ticket "
            + first.getTicket()
            + "), which waits for "
            + other
            + "; give "
            + other
            + " back first, or ask for both at once",
        refused.getSentence());
    assertFalse(one.hasNews());
    two.release(second);
    two.released();
    one.granted();
  }

  @Test
  void three_sessions_in_a_ring_are_found() {
    TestSession one = session();
    TestSession two = session();
    TestSession three = session();
    Granted first = one.lock(repository);
    Granted second = two.lock(other);
    Granted last = three.lock(third);
    one.acquire(inside(one, other, first));
    one.queued();
    two.acquire(inside(two, third, second));
    two.queued();
    three.acquire(inside(three, repository, last));
    three.queued();
    three.refused(Reason.DEADLOCK);
    three.release(last);
    three.released();
    two.granted();
  }

  @Test
  void an_upgrade_waits_for_its_own_lease_and_is_refused() {
    TestSession one = session();
    Acquire.Builder reading =
        one.request(repository).addClaims(Claim.newBuilder().setMode(Mode.MODE_SHARED));
    one.acquire(reading);
    Granted lease = one.granted();
    one.acquire(inside(one, repository, lease));
    one.queued();
    String sentence = one.refused(Reason.DEADLOCK).getSentence();
    assertTrue(sentence.contains("which it excludes"), sentence);
  }

  @Test
  void sessions_that_hold_something_else_while_they_wait_are_left_alone() {
    TestSession one = session();
    TestSession two = session();
    Granted first = one.lock(repository);
    Granted second = two.lock(other);
    one.acquire(other);
    one.queued();
    two.acquire(inside(two, repository, second));
    two.queued();
    one.release(first);
    one.released();
    two.granted();
    two.release(second);
    two.released();
    one.granted();
  }

  @Test
  void two_that_ask_at_the_same_instant_are_refused_once() {
    for (int round = 0; round < 10; round++) {
      TestSession one = session();
      TestSession two = session();
      Granted first = one.lock(repository);
      Granted second = two.lock(other);
      one.acquire(inside(one, other, first));
      two.acquire(inside(two, repository, second));
      Queued unusedOne = one.queued();
      Queued unusedTwo = two.queued();
      while (!one.hasNews() && !two.hasNews()) {
        Thread.onSpinWait();
      }
      TestSession refused = one.hasNews() ? one : two;
      refused.refused(Reason.DEADLOCK);
      refused.release(refused == one ? first : second);
      refused.released();
      TestSession left = refused == one ? two : one;
      Granted got = left.granted();
      left.release(got);
      left.released();
      left.release(refused == one ? second : first);
      left.released();
    }
  }

  @Test
  void what_a_client_holds_stands_in_the_journal() throws Exception {
    TestSession one = session();
    Granted first = one.lock(repository);
    TestSession two = session();
    Granted second = two.lock(other);
    one.acquire(inside(one, other, first));
    one.queued();
    Host host = LinuxHost.current();
    Path journal = other.resolve(".git/lockbroker");
    try (Arbiter reader = Arbiter.open(journal, host, new LinuxProcesses(host, Path.of("/proc")))) {
      reader.look();
      assertEquals(
          List.of(new RequestId(first.getRequestId())),
          reader.table().waiting().iterator().next().inside().requests());
    }
    two.release(second);
    two.released();
  }

  @Test
  void a_malformed_or_endless_list_of_what_is_held_is_refused() {
    TestSession session = session();
    session.acquire(session.request(repository).addWhileHolding("../../etc"));
    session.refused(Reason.INVALID);
    List<String> many = new ArrayList<>();
    for (int i = 0; i <= Inside.MAX; i++) {
      many.add(TestSession.newId());
    }
    session.acquire(session.request(repository).addAllWhileHolding(many));
    String sentence = session.refused(Reason.INVALID).getSentence();
    assertTrue(sentence.contains("at most 32"), sentence);
  }
}
