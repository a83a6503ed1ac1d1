package dev.lockbroker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.proto.v1.Acquire;
import dev.lockbroker.proto.v1.BrokerMessage.MessageCase;
import dev.lockbroker.proto.v1.Claim;
import dev.lockbroker.proto.v1.Granted;
import dev.lockbroker.proto.v1.HeartbeatAck;
import dev.lockbroker.proto.v1.Holder;
import dev.lockbroker.proto.v1.Lost;
import dev.lockbroker.proto.v1.Mode;
import dev.lockbroker.proto.v1.Queued;
import dev.lockbroker.proto.v1.Reason;
import dev.lockbroker.proto.v1.Refused;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SessionTest extends BrokerFixture {
  @Test
  void a_free_lock_is_granted_at_once_and_given_back() {
    TestSession session = session();
    Granted first = session.lock(repository);
    assertTrue(first.getToken() > first.getTicket());
    assertEquals(30_000, first.getTtlMillis());
    long leftMillis = (first.getUntilNanos() - System.nanoTime()) / 1_000_000;
    assertTrue(leftMillis > 20_000 && leftMillis <= 30_000, "left: " + leftMillis);
    session.release(first);
    assertEquals(first.getTicket(), session.released().getTicket());
    assertTrue(session.lock(repository).getToken() > first.getToken());
  }

  @Test
  void who_waits_is_served_in_order_and_told_each_step() {
    TestSession holder = session();
    Granted lease = holder.lock(repository);
    List<TestSession> waiters = new ArrayList<>();
    for (int place = 1; place <= 5; place++) {
      TestSession waiter = session();
      waiter.acquire(repository);
      Queued queued = waiter.queued();
      assertEquals(place, queued.getPosition());
      assertEquals(place, queued.getWaiters());
      assertEquals(lease.getTicket(), queued.getHolders(0).getTicket());
      waiters.add(waiter);
    }
    TestSession before = holder;
    for (int i = 0; i < waiters.size(); i++) {
      before.release(lease);
      before.released();
      lease = waiters.get(i).granted();
      if (i + 1 < waiters.size()) {
        Queued next = waiters.get(i + 1).queuedAt(1);
        while (next.getHolders(0).getTicket() != lease.getTicket()) {
          next = waiters.get(i + 1).queued();
        }
      }
      before = waiters.get(i);
    }
  }

  @Test
  void a_holder_is_described_to_those_who_wait() {
    TestSession holder = session();
    Granted lease = holder.lock(repository);
    TestSession waiter = session();
    waiter.acquire(repository);
    Holder shown = waiter.queued().getHolders(0);
    assertEquals(lease.getToken(), shown.getToken());
    assertEquals(ProcessHandle.current().pid(), shown.getPid());
    assertEquals("test", shown.getLabel());
    assertEquals("running", shown.getState());
    assertTrue(shown.getCommand().contains("java"), shown.getCommand());
    assertEquals(List.of("X:/"), shown.getClaimsList());
  }

  @Test
  void disjoint_worktrees_and_readers_run_side_by_side() {
    TestSession session = session();
    Claim worktree = Claim.newBuilder().setThisWorktree(true).build();
    session.acquire(session.request(repository).addClaims(worktree));
    session.granted();
    session.acquire(
        session.request(repository).addClaims(Claim.newBuilder().setScope("/worktree/other")));
    session.granted();
    Claim reader = Claim.newBuilder().setMode(Mode.MODE_SHARED).setScope("/name/x").build();
    session.acquire(session.request(repository).addClaims(reader));
    session.granted();
    session.acquire(session.request(repository).addClaims(reader));
    session.granted();
  }

  @Test
  void a_timed_out_waiter_never_receives_the_lock() {
    TestSession holder = session();
    Granted lease = holder.lock(repository);
    TestSession waiter = session();
    waiter.acquire(waiter.request(repository).setWaitMillis(60));
    waiter.queued();
    Refused refused = waiter.refused(Reason.TIMED_OUT);
    assertEquals(lease.getTicket(), refused.getHolders(0).getTicket());
    holder.release(lease);
    holder.released();
    assertTrue(session().lock(repository).getToken() > lease.getToken());
    assertFalse(waiter.hasNews());
  }

  @Test
  void who_does_not_want_to_wait_is_told_at_once_who_holds() {
    TestSession holder = session();
    Granted lease = holder.lock(repository);
    TestSession other = session();
    other.acquire(other.request(repository).setWaitMillis(0));
    Refused refused = other.refused(Reason.BUSY);
    assertEquals(lease.getToken(), refused.getHolders(0).getToken());
    holder.release(lease);
    holder.released();
    other.acquire(other.request(repository).setWaitMillis(0));
    other.granted();
  }

  @Test
  void a_cancelled_waiter_is_out_of_the_queue() {
    TestSession holder = session();
    Granted lease = holder.lock(repository);
    TestSession waiter = session();
    String id = waiter.acquire(repository);
    TestSession next = session();
    waiter.queued();
    next.acquire(repository);
    assertEquals(2, next.queued().getPosition());
    waiter.cancel(id);
    assertEquals(id, waiter.released().getRequestId());
    next.queuedAt(1);
    holder.release(lease);
    next.granted();
    assertFalse(waiter.hasNews());
  }

  @Test
  void a_cancel_right_behind_its_request_ends_it() {
    TestSession session = session();
    String id = session.acquire(repository);
    session.cancel(id);
    while (true) {
      var message = session.await(MessageCase.GRANTED);
      assertEquals(id, message.getGranted().getRequestId());
      break;
    }
    assertEquals(id, session.released().getRequestId());
    session().lock(repository);
  }

  @Test
  void a_request_repeated_is_the_same_request() {
    TestSession session = session();
    Acquire.Builder request = session.request(repository);
    session.acquire(request);
    Granted first = session.granted();
    session.acquire(request);
    assertEquals(first, session.granted());
    TestSession other = session();
    other.acquire(request);
    assertEquals(first, other.granted());
    other.release(first);
    other.released();
    session().lock(repository);
  }

  @Test
  void an_id_in_use_for_something_else_is_refused_and_the_first_goes_on() throws Exception {
    TestSession session = session();
    Acquire.Builder request = session.request(repository);
    session.acquire(request);
    Granted first = session.granted();
    session.acquire(request.clone().addClaims(Claim.newBuilder().setScope("/other")));
    session.refused(Reason.DIFFERENT_REQUEST);
    session.acquire(request.clone().setPath(newRepository("second").toString()));
    session.refused(Reason.DIFFERENT_REQUEST);
    session.heartbeat(first);
    assertEquals(1, session.acknowledged().getLeasesCount());
  }

  @Test
  void a_lease_is_taken_up_again_after_its_stream_broke() {
    TestSession broken = session();
    Acquire.Builder request = broken.request(repository);
    broken.acquire(request);
    Granted lease = broken.granted();
    broken.close();
    TestSession next = session();
    next.resume(request, lease.getToken());
    assertEquals(lease, next.granted());
    next.release(lease);
    next.released();
  }

  @Test
  void a_place_in_the_queue_outlives_its_stream() {
    TestSession holder = session();
    Granted lease = holder.lock(repository);
    TestSession broken = session();
    Acquire.Builder request = broken.request(repository);
    broken.acquire(request);
    long ticket = broken.queued().getTicket();
    TestSession later = session();
    later.acquire(repository);
    later.queued();
    broken.close();
    TestSession next = session();
    next.resume(request, 0);
    Queued queued = next.queued();
    assertEquals(ticket, queued.getTicket());
    assertEquals(1, queued.getPosition());
    holder.release(lease);
    assertEquals(ticket, next.granted().getTicket());
  }

  @Test
  void a_lease_that_is_no_more_is_never_asked_for_again() {
    TestSession session = session();
    Acquire.Builder request = session.request(repository);
    session.acquire(request);
    Granted lease = session.granted();
    session.release(lease);
    session.released();
    TestSession next = session();
    next.resume(request, lease.getToken());
    Lost lost = next.lost();
    assertEquals(request.getRequestId(), lost.getRequestId());
    assertEquals("released", lost.getCause());
  }

  @Test
  void a_heartbeat_prolongs_what_it_names() throws Exception {
    TestSession session = session();
    Path second = newRepository("second");
    Granted one = session.lock(repository);
    Granted two = session.lock(second);
    session.heartbeat();
    assertEquals(0, session.acknowledged().getLeasesCount());
    session.heartbeat(one, two);
    int named = 0;
    while (named < 2) {
      HeartbeatAck ack = session.acknowledged();
      named += ack.getLeasesCount();
      ack.getLeasesList()
          .forEach(
              lease -> {
                Granted granted = lease.getTicket() == one.getTicket() ? one : two;
                assertTrue(lease.getUntilNanos() > granted.getUntilNanos());
              });
    }
  }

  @Test
  void a_lease_without_heartbeat_is_lost_to_the_next() {
    TestSession sleeper = session();
    sleeper.acquire(sleeper.request(repository).setTtlMillis(50));
    Granted lease = sleeper.granted();
    TestSession next = session();
    next.acquire(repository);
    next.granted();
    Lost lost = sleeper.lost();
    assertEquals("expired", lost.getCause());
    assertEquals(lease.getTicket(), lost.getTicket());
    sleeper.heartbeat(lease);
    assertEquals("expired", sleeper.lost().getCause());
    sleeper.acknowledged();
    sleeper.release(lease);
    sleeper.released();
  }

  @Test
  void a_late_heartbeat_is_no_loss_while_nobody_wants_the_lock() {
    TestSession session = session();
    session.acquire(session.request(repository).setTtlMillis(1));
    Granted lease = session.granted();
    while (System.nanoTime() - lease.getUntilNanos() <= 0) {
      Thread.onSpinWait();
    }
    session.heartbeat(lease);
    assertTrue(session.acknowledged().getLeases(0).getUntilNanos() > lease.getUntilNanos());
  }

  @Test
  void a_lapsed_lease_is_taken_up_again_while_nobody_wants_the_lock() {
    TestSession broken = session();
    Acquire.Builder request = broken.request(repository).setTtlMillis(1);
    broken.acquire(request);
    Granted lease = broken.granted();
    broken.close();
    while (System.nanoTime() - lease.getUntilNanos() <= 0) {
      Thread.onSpinWait();
    }
    TestSession next = session();
    next.resume(request, lease.getToken());
    assertEquals(lease, next.granted());
    next.heartbeat(lease);
    assertTrue(next.acknowledged().getLeases(0).getUntilNanos() > lease.getUntilNanos());
  }

  @Test
  void removing_the_journal_takes_all_leases_and_keeps_nobody_waiting() throws Exception {
    TestSession holder = session();
    Granted lease = holder.lock(repository);
    TestSession waiter = session();
    waiter.acquire(repository);
    waiter.queued();
    deleteAll(repository.resolve(".git/lockbroker"));
    assertEquals("deleted", holder.lost().getCause());
    Granted next = waiter.granted();
    assertTrue(next.getToken() > lease.getToken());
    assertNotEquals(lease.getTicket(), next.getTicket());
  }

  @Test
  void a_quiet_holder_learns_that_the_journal_is_gone() throws Exception {
    TestSession holder = session();
    holder.lock(repository);
    deleteAll(repository.resolve(".git/lockbroker"));
    assertEquals("deleted", holder.lost().getCause());
  }

  @Test
  void requests_that_make_no_sense_are_refused_in_a_sentence() throws Exception {
    TestSession session = session();
    session.acquire(session.request(repository).setRequestId("nonsense"));
    session.refused(Reason.INVALID);
    session.acquire(session.request(repository).setLabel("x".repeat(10_000)));
    session.refused(Reason.INVALID);
    session.acquire(session.request(repository).setPath("relative/path"));
    session.refused(Reason.INVALID);
    session.acquire(session.request(repository).setPath("/" + "x".repeat(5_000)));
    session.refused(Reason.INVALID);
    session.acquire(session.request(repository).setTtlMillis(3_600_001));
    session.refused(Reason.INVALID);
    session.acquire(session.request(repository).setWaitMillis(-1));
    session.refused(Reason.INVALID);
    session.acquire(session.request(repository).setKindValue(77));
    session.refused(Reason.INVALID);
    session.acquire(session.request(repository).addClaims(Claim.newBuilder().setScope("no/slash")));
    session.refused(Reason.INVALID);
    Acquire.Builder greedy = session.request(repository);
    for (int i = 0; i < 17; i++) {
      greedy.addClaims(Claim.newBuilder().setScope("/name/" + i));
    }
    session.acquire(greedy);
    session.refused(Reason.INVALID);
    session.acquire(session.request(repository.resolve("missing")));
    session.refused(Reason.NO_SUCH_PATH);
    session.acquire(session.request(repository).setJournalDirectory("/elsewhere"));
    session.refused(Reason.DIFFERENT_JOURNAL);
    Path bare = newRepository("bare").resolve(".git");
    Files.writeString(bare.resolve("config"), "[core]\n\tbare = true\n");
    session.acquire(session.request(bare).addClaims(Claim.newBuilder().setThisWorktree(true)));
    session.refused(Reason.INVALID);
    session.lock(repository);
  }

  @Test
  void a_journal_that_cannot_be_trusted_is_said_to_be_so() throws Exception {
    TestSession session = session();
    session.release(session.lock(repository));
    session.released();
    Files.writeString(repository.resolve(".git/lockbroker/journal"), "nonsense\n");
    session.acquire(repository);
    Refused refused = session.refused(Reason.JOURNAL_UNUSABLE);
    assertTrue(refused.getSentence().contains("corrupt"), refused.getSentence());
  }

  @Test
  void one_session_has_its_limit_of_requests() {
    TestSession session = session();
    for (int i = 0; i < Limits.REQUESTS_PER_SESSION; i++) {
      session.acquire(
          session.request(repository).addClaims(Claim.newBuilder().setScope("/name/" + i)));
      session.granted();
    }
    session.acquire(session.request(repository));
    session.refused(Reason.QUEUE_FULL);
  }
}
