package dev.lockbroker.core.table;

import static dev.lockbroker.core.table.Samples.MS;
import static dev.lockbroker.core.table.Samples.ask;
import static dev.lockbroker.core.table.Samples.askInside;
import static dev.lockbroker.core.table.Samples.claims;
import static dev.lockbroker.core.table.Samples.client;
import static dev.lockbroker.core.table.Samples.id;
import static dev.lockbroker.core.table.Samples.inside;
import static dev.lockbroker.core.table.Samples.request;
import static dev.lockbroker.core.table.Samples.resume;
import static dev.lockbroker.core.table.Samples.tryAsk;
import static dev.lockbroker.core.table.Samples.waits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LockTableTest {
  private final LockTable table = new LockTable(100);
  private long now = 5_000 * MS;

  private Ticket join(int number, String claims) {
    applyAll(table.decide(ask(number, claims), now));
    return present(number);
  }

  private Ticket take(int number, String claims) {
    Ticket ticket = join(number, claims);
    grantAll();
    assertTrue(present(number).isHeld(), "expected to be granted");
    return present(ticket.number());
  }

  private void grantAll() {
    for (Ticket ticket : table.grantable()) {
      table.apply(table.grant(ticket, now, ticket.ttlNanos()));
    }
  }

  private void applyAll(Decision decision) {
    assertNull(decision.refusal());
    decision.entries().forEach(table::apply);
  }

  private Ticket present(int request) {
    Ticket ticket = table.ticket(id(request));
    assertNotNull(ticket);
    return ticket;
  }

  private Ticket present(long number) {
    Ticket ticket = table.ticket(number);
    assertNotNull(ticket);
    return ticket;
  }

  private Refusal refusal(Command command) {
    Decision decision = table.decide(command, now);
    assertEquals(List.of(), decision.entries());
    assertNotNull(decision.refusal());
    return decision.refusal();
  }

  private List<Integer> grantableRequests() {
    List<Integer> requests = new ArrayList<>();
    for (Ticket ticket : table.grantable()) {
      requests.add(Integer.parseInt(ticket.request().hex(), 16));
    }
    return requests;
  }

  @Test
  void a_free_lock_is_granted_at_once() {
    Ticket lease = take(1, "X:/");
    assertEquals(101, lease.number());
    assertEquals(new Ticket.Hold(102, now + 1000 * MS, now), lease.requireHold());
    assertEquals(102, table.counter());
  }

  @Test
  void conflicting_requests_are_served_in_order() {
    Ticket first = take(1, "X:/");
    join(2, "X:/a");
    join(3, "X:/");
    join(4, "X:/a");
    assertEquals(List.of(), grantableRequests());
    table.apply(new Entry.Ended(first.number(), EndReason.RELEASED));
    assertEquals(List.of(2), grantableRequests());
  }

  @Test
  void a_later_reader_does_not_pass_a_waiting_writer() {
    take(1, "S:/");
    join(2, "X:/a");
    join(3, "S:/a");
    join(4, "S:/b");
    assertEquals(List.of(4), grantableRequests());
  }

  @Test
  void disjoint_scopes_and_readers_run_in_parallel() {
    join(1, "X:/worktree/a");
    join(2, "X:/worktree/ab");
    join(3, "S:/ref/b");
    join(4, "S:/ref");
    join(5, "X:/worktree/a/x");
    assertEquals(List.of(1, 2, 3, 4), grantableRequests());
  }

  @Test
  void all_claims_are_granted_or_none() {
    take(1, "X:/a");
    join(2, "X:/b,X:/a");
    join(3, "X:/b");
    assertEquals(List.of(), grantableRequests());
  }

  @Test
  void a_cancelled_waiter_never_receives_the_lock_and_the_queue_behind_it_moves_on() {
    Ticket first = take(1, "X:/");
    Ticket second = join(2, "X:/");
    join(3, "X:/");
    applyAll(table.decide(new Command.End(second.number(), EndReason.CANCELLED), now));
    applyAll(table.decide(new Command.End(first.number(), EndReason.RELEASED), now));
    assertEquals(List.of(3), grantableRequests());
    grantAll();
    assertNull(table.ticket(second.number()));
    assertNull(table.ticket(id(2)));
    assertThrows(
        InvariantViolation.class,
        () -> table.apply(new Entry.Granted(second.number(), 900, now, now)));
  }

  @Test
  void asking_again_adopts_the_ticket_as_it_is() {
    Ticket lease = take(1, "X:/");
    assertEquals(Decision.NOTHING, table.decide(ask(1, "X:/"), now + 5));
    assertEquals(Decision.NOTHING, table.decide(resume(1, "X:/"), now + 5));
    assertEquals(Decision.NOTHING, table.decide(tryAsk(1, "X:/"), now + 5));
    assertEquals(lease, present(1));
  }

  @Test
  void a_ticket_says_what_its_asker_held_for_as_long_as_it_lives() {
    applyAll(table.decide(askInside(1, "X:/", 8, 9, 8), now));
    Inside inside = inside(8, 9);
    assertEquals(inside, present(1).inside());
    grantAll();
    assertEquals(inside, present(1).inside());
    Ticket.Hold hold = present(1).requireHold();
    applyAll(table.decide(new Command.Refresh(present(1).number(), hold.token()), now + 1));
    assertEquals(inside, present(1).inside());
    LockTable copy = LockTable.restored(5000, table.carryOver());
    assertEquals(table.ticket(id(1)), copy.ticket(id(1)));
    applyAll(table.decide(askInside(1, "X:/"), now));
    assertEquals(inside, present(1).inside());
  }

  @Test
  void a_request_id_in_use_for_other_claims_is_refused() {
    take(1, "X:/");
    assertEquals(Refusal.DIFFERENT_REQUEST, refusal(ask(1, "X:/a")));
  }

  @Test
  void who_held_before_and_is_not_there_is_lost_and_gets_no_new_ticket() {
    assertEquals(Refusal.LOST, refusal(resume(1, "X:/")));
  }

  @Test
  void a_request_that_will_not_queue_is_refused_behind_holders_and_behind_waiters() {
    take(1, "X:/a");
    join(2, "X:/a,X:/b");
    assertEquals(Refusal.BUSY, refusal(tryAsk(3, "S:/a/x")));
    assertEquals(Refusal.BUSY, refusal(tryAsk(3, "X:/b")));
    assertNull(table.decide(tryAsk(3, "X:/c"), now).refusal());
  }

  @Test
  void the_queue_has_a_limit() {
    for (int i = 1; i <= LockTable.MAX_TICKETS; i++) {
      table.apply(waits(100 + i, i, "X:/"));
    }
    assertEquals(Refusal.QUEUE_FULL, refusal(ask(99_999, "X:/")));
    table.apply(new Entry.Ended(101, EndReason.CANCELLED));
    assertNull(table.decide(ask(99_999, "X:/"), now).refusal());
  }

  @Test
  void the_text_of_all_tickets_has_a_limit_that_counts_bytes_as_they_stand_in_a_journal() {
    StringBuilder heavy = new StringBuilder();
    for (int i = 0; i < Claims.MAX; i++) {
      heavy.append(i == 0 ? "" : ",").append("X:/").append(i).append('あ');
      heavy.append("あ".repeat(339));
    }
    String claims = heavy.toString();
    int joined = 0;
    while (table.decide(ask(joined, claims), now).refusal() == null) {
      join(joined++, claims);
    }
    long bytes = joined * 16L * 340 * 9;
    assertTrue(bytes < 5L << 20, joined + " tickets take " + bytes + " bytes of a journal");
  }

  @Test
  void outer_requests_count_towards_that_limit() {
    int[] outer = IntStream.range(50_000, 50_000 + Inside.MAX).toArray();
    int joined = 0;
    while (table.decide(askInside(joined, "X:/", outer), now).refusal() == null) {
      applyAll(table.decide(askInside(joined++, "X:/", outer), now));
    }
    long bytes = joined * 33L * Inside.MAX;
    assertTrue(bytes < 5L << 20, joined + " tickets take " + bytes + " bytes of a journal");
  }

  @Test
  void a_refresh_prolongs_from_now_and_never_shortens() {
    Ticket lease = take(1, "X:/");
    long token = lease.requireHold().token();
    assertEquals(Decision.NOTHING, table.decide(new Command.Refresh(lease.number(), token), now));
    assertEquals(
        Decision.NOTHING, table.decide(new Command.Refresh(lease.number(), token), now - MS));
    applyAll(table.decide(new Command.Refresh(lease.number(), token), now + 3));
    assertEquals(
        new Ticket.Hold(token, now + 3 + 1000 * MS, now), present(lease.number()).requireHold());
    Entry shorter = new Entry.Refreshed(lease.number(), now + 2 + 1000 * MS);
    assertThrows(InvariantViolation.class, () -> table.apply(shorter));
  }

  @Test
  void only_a_held_ticket_with_its_own_token_is_refreshed() {
    Ticket lease = take(1, "X:/");
    Ticket waiter = join(2, "X:/");
    long token = lease.requireHold().token();
    assertEquals(Refusal.WRONG_TOKEN, refusal(new Command.Refresh(lease.number(), token - 1)));
    assertEquals(Refusal.LOST, refusal(new Command.Refresh(waiter.number(), 0)));
    assertEquals(Refusal.LOST, refusal(new Command.Refresh(777, token)));
    assertThrows(
        InvariantViolation.class, () -> table.apply(new Entry.Refreshed(waiter.number(), now)));
    assertThrows(InvariantViolation.class, () -> table.apply(new Entry.Refreshed(777, now)));
  }

  @Test
  void ending_what_is_not_there_is_no_error_and_changes_nothing() {
    assertEquals(Decision.NOTHING, table.decide(new Command.End(777, EndReason.RELEASED), now));
    assertThrows(
        InvariantViolation.class, () -> table.apply(new Entry.Ended(777, EndReason.RELEASED)));
  }

  @Test
  void force_needs_the_token_that_the_caller_saw() {
    Ticket lease = take(1, "X:/");
    Ticket waiter = join(2, "X:/");
    long token = lease.requireHold().token();
    assertEquals(Refusal.WRONG_TOKEN, refusal(new Command.Force(lease.number(), 0)));
    assertEquals(Refusal.WRONG_TOKEN, refusal(new Command.Force(lease.number(), token + 1)));
    assertEquals(Refusal.WRONG_TOKEN, refusal(new Command.Force(waiter.number(), token)));
    assertEquals(Refusal.UNKNOWN_TICKET, refusal(new Command.Force(777, 0)));
    applyAll(table.decide(new Command.Force(waiter.number(), 0), now));
    applyAll(table.decide(new Command.Force(lease.number(), token), now));
    assertEquals(List.of(), table.tickets());
  }

  @Test
  void numbers_and_tokens_never_repeat_and_strictly_rise() {
    long last = table.counter();
    for (int i = 0; i < 10; i++) {
      Ticket lease = take(1, "X:/");
      assertTrue(lease.number() > last);
      assertTrue(lease.requireHold().token() > lease.number());
      last = lease.requireHold().token();
      table.apply(new Entry.Ended(lease.number(), EndReason.RELEASED));
    }
  }

  @Test
  void an_entry_that_breaks_a_rule_is_refused_and_changes_nothing() {
    Ticket lease = take(1, "X:/a");
    Ticket second = join(2, "X:/a,X:/b");
    Ticket third = join(3, "X:/b");
    List<Entry> before = table.carryOver();
    long counter = table.counter();
    List<Entry> wrong =
        List.of(
            waits(counter, 9, "X:/z"),
            waits(counter + 1, 1, "X:/z"),
            waits(LockTable.MAX_COUNTER + 1, 9, "X:/z"),
            new Entry.Granted(second.number(), counter + 1, now, now),
            new Entry.Granted(third.number(), counter + 1, now, now),
            new Entry.Granted(lease.number(), counter + 1, now, now),
            new Entry.Granted(777, counter + 1, now, now),
            new Entry.Carried(second.number(), counter + 1, now, now),
            new Entry.Ended(777, EndReason.DIED));
    for (Entry entry : wrong) {
      assertThrows(InvariantViolation.class, () -> table.apply(entry), entry::toString);
      assertEquals(before, table.carryOver());
      assertEquals(counter, table.counter());
    }
    table.apply(new Entry.Ended(lease.number(), EndReason.RELEASED));
    Entry oldToken = new Entry.Granted(second.number(), counter, now, now);
    assertThrows(InvariantViolation.class, () -> table.apply(oldToken));
    table.apply(new Entry.Granted(second.number(), counter + 1, now, now));
  }

  @Test
  void deciding_changes_nothing() {
    take(1, "X:/");
    join(2, "X:/a");
    List<Entry> before = table.carryOver();
    table.decide(ask(3, "X:/"), now);
    table.decide(new Command.Force(101, 102), now);
    table.decide(new Command.End(101, EndReason.RELEASED), now);
    table.decide(new Command.Refresh(101, 102), now + 9);
    assertEquals(before, table.carryOver());
  }

  @Test
  void time_may_overflow() {
    now = Long.MAX_VALUE - 5;
    Ticket lease = take(1, "X:/");
    long until = lease.requireHold().untilNanos();
    assertTrue(until < 0);
    assertFalse(lease.isLapsed(now));
    assertFalse(lease.isLapsed(now + 1000 * MS - 1));
    assertTrue(lease.isLapsed(now + 1000 * MS));
    applyAll(table.decide(new Command.Refresh(lease.number(), 102), now + 10));
    Ticket refreshed = present(1);
    assertEquals(until + 10, refreshed.requireHold().untilNanos());
    Entry shorter = new Entry.Refreshed(lease.number(), Long.MAX_VALUE);
    assertThrows(InvariantViolation.class, () -> table.apply(shorter));
  }

  @Test
  void a_deadline_beyond_every_ttl_counts_as_lapsed() {
    join(1, "X:/");
    table.apply(new Entry.Granted(101, 102, now + 3_600_000 * MS + 1, now));
    assertTrue(present(1).isLapsed(now));
    assertFalse(present(1).isLapsed(now + 1));
  }

  @Test
  void carrying_over_and_restoring_is_the_identity() {
    take(1, "X:/a");
    join(2, "X:/a,S:/b");
    take(3, "X:/c");
    join(4, "S:/b");
    applyAll(
        table.decide(
            new Command.Refresh(present(3).number(), present(3).requireHold().token()), now + 1));
    LockTable copy = LockTable.restored(5000, table.carryOver());
    assertEquals(table.tickets(), copy.tickets());
    assertEquals(table.carryOver(), copy.carryOver());
    assertEquals(5000, copy.counter());
    assertEquals(table.ticket(id(2)), copy.ticket(id(2)));
    assertEquals(
        table.grantable().stream().map(Ticket::number).toList(),
        copy.grantable().stream().map(Ticket::number).toList());
  }

  @Test
  void what_cannot_have_been_carried_over_is_refused() {
    Entry first = waits(10, 1, "X:/");
    List<List<Entry>> wrong =
        List.of(
            List.of(first, waits(10, 2, "X:/a")),
            List.of(first, waits(9, 2, "X:/a")),
            List.of(first, waits(11, 1, "X:/a")),
            List.of(waits(101, 1, "X:/")),
            List.of(first, new Entry.Carried(10, 10, now, now)),
            List.of(first, new Entry.Carried(10, 101, now, now)),
            List.of(first, new Entry.Carried(11, 12, now, now)),
            List.of(first, new Entry.Granted(10, 101, now, now)),
            List.of(first, new Entry.Refreshed(10, now)),
            List.of(first, new Entry.Ended(10, EndReason.DIED)),
            List.of(
                first,
                new Entry.Carried(10, 12, now, now),
                waits(11, 2, "X:/a"),
                new Entry.Carried(11, 13, now, now)),
            List.of(
                first,
                new Entry.Carried(10, 12, now, now),
                waits(13, 2, "X:/a"),
                new Entry.Ended(13, EndReason.DIED)));
    for (List<Entry> entries : wrong) {
      assertThrows(
          InvariantViolation.class, () -> LockTable.restored(100, entries), entries::toString);
    }
  }

  @Test
  void two_carried_leases_never_share_a_token() {
    List<Entry> twice =
        List.of(
            waits(10, 1, "X:/a"),
            new Entry.Carried(10, 12, now, now),
            waits(11, 2, "X:/b"),
            new Entry.Carried(11, 12, now, now));
    assertThrows(InvariantViolation.class, () -> LockTable.restored(100, twice));
  }

  @Test
  void a_counter_out_of_range_is_refused() {
    assertThrows(InvariantViolation.class, () -> new LockTable(-1));
    assertThrows(InvariantViolation.class, () -> new LockTable(LockTable.MAX_COUNTER + 1));
  }

  @Test
  void obstacles_are_the_leases_in_the_way_of_waiters_and_of_what_is_asked() {
    take(1, "X:/a");
    take(2, "X:/b");
    take(3, "S:/c");
    assertEquals(List.of(), table.obstacles(List.of()));
    join(4, "X:/a/x");
    assertEquals(List.of(present(1)), table.obstacles(List.of()));
    assertEquals(List.of(present(1), present(2)), table.obstacles(List.of(claims("S:/b"))));
    assertEquals(List.of(present(1)), table.obstacles(List.of(claims("S:/c"))));
  }

  @Test
  void in_the_way_are_the_leases_or_those_that_earlier_waiters_wait_for() {
    Ticket lease = take(1, "X:/a");
    take(2, "X:/b");
    join(3, "X:/a,X:/c");
    assertEquals(List.of(lease), table.inTheWayOf(claims("X:/a/x")));
    assertEquals(List.of(lease), table.inTheWayOf(claims("X:/c")));
    assertEquals(List.of(), table.inTheWayOf(claims("X:/d")));
  }

  @Test
  void a_ttl_or_label_out_of_range_is_refused_in_every_request() {
    for (long ttl : new long[] {0, -1, Ticket.MAX_TTL_MILLIS + 1, Long.MAX_VALUE}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> applyAll(table.decide(request(1, "X:/", ttl, LeaseKind.LEASE, false, false), now)));
    }
    Ticket.checkLabel("ä".repeat(128));
    assertThrows(IllegalArgumentException.class, () -> Ticket.checkLabel("ä".repeat(129)));
    assertThrows(IllegalArgumentException.class, () -> Ticket.checkLabel("\ud800"));
    assertEquals(List.of(), table.tickets());
    assertEquals(client(1), join(1, "X:/").client());
  }
}
