package dev.lockbroker.core.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.Inside;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QueueOrderTest {
  private static final List<String> CLAIMS =
      List.of(
          "X:/",
          "S:/",
          "X:/worktree/a",
          "S:/worktree/a",
          "X:/worktree/b",
          "X:/worktree/a/deeper",
          "X:/worktree/b,S:/name/n",
          "S:/name/n",
          "X:/name/n,X:/worktree/a");

  private final LockTable table = new LockTable(0);
  private final QueueOrder order = new QueueOrder();
  private final List<Entry> news = new ArrayList<>();

  private void apply(Entry entry) {
    table.apply(entry);
    news.add(entry);
  }

  private void waits(String claims) {
    long number = table.counter() + 1;
    List<Claim> list = new ArrayList<>();
    for (String one : claims.split(",", -1)) {
      list.add(Claim.parse(one));
    }
    apply(
        new Entry.Waits(
            number,
            new RequestId(String.format(Locale.ROOT, "%032x", number)),
            new Claims(list),
            new ProcessIdentity(100, 1000, 4026531836L, 1000),
            1000,
            LeaseKind.LEASE,
            7,
            "",
            Inside.NONE));
  }

  private void turn(boolean replaced) {
    order.read(new Turn(List.of(), List.copyOf(news), replaced), table);
    news.clear();
  }

  @Test
  void places_are_those_that_a_look_at_each_waiter_finds_whatever_comes_and_goes() {
    Random random = new Random(7);
    for (int step = 0; step < 3_000; step++) {
      int what = random.nextInt(10);
      List<Ticket> all = table.tickets();
      if (what < 6 && all.size() < 60) {
        waits(CLAIMS.get(random.nextInt(CLAIMS.size())));
      } else if (!all.isEmpty()) {
        Ticket gone = all.get(random.nextInt(all.size()));
        apply(new Entry.Ended(gone.number(), EndReason.CANCELLED));
      }
      if (what < 8) {
        for (Ticket ticket : table.grantable()) {
          apply(table.grant(ticket, step, 1_000));
        }
      }
      if (what % 2 == 0) {
        turn(random.nextInt(50) == 0);
        requireNaive();
      }
    }
  }

  private void requireNaive() {
    List<Long> numbers = new ArrayList<>();
    for (Ticket ticket : table.waiting()) {
      numbers.add(ticket.number());
      assertEquals(naive(ticket), order.placeOf(ticket), () -> ticket + " in " + table.waiting());
      List<Ticket> direct = new ArrayList<>(table.held());
      direct.removeIf(lease -> !lease.conflictsWith(ticket));
      if (!direct.isEmpty()) {
        assertEquals(direct, order.inTheWayOf(ticket, table, 1_000));
      }
    }
    assertEquals(numbers, order.after(0, 1_000));
    if (numbers.size() > 4) {
      assertEquals(numbers.subList(2, 4), order.after(numbers.get(1), 2));
    }
  }

  /** The definition: position among, and number of, those that it competes with. */
  private QueueOrder.Place naive(Ticket ticket) {
    int earlier = 0;
    int waiters = 1;
    for (Ticket other : table.waiting()) {
      if (other.number() != ticket.number() && other.conflictsWith(ticket)) {
        waiters++;
        earlier += other.number() < ticket.number() ? 1 : 0;
      }
    }
    return new QueueOrder.Place(earlier + 1, waiters);
  }

  @Test
  void who_waits_only_for_waiters_is_shown_the_leases_that_those_before_it_wait_for() {
    waits("X:/worktree/a");
    apply(table.grant(table.grantable().get(0), 1, 1_000));
    waits("X:/");
    waits("X:/worktree/b");
    turn(true);
    Ticket last = List.copyOf(table.waiting()).get(1);
    assertEquals(List.copyOf(table.held()), order.inTheWayOf(last, table, 16));
    assertEquals(List.of(), order.inTheWayOf(last, table, 0));
  }

  @Test
  void a_long_queue_is_taken_from_anywhere() {
    Random random = new Random(8);
    for (int i = 0; i < 10_000; i++) {
      waits("X:/");
    }
    turn(true);
    for (int left = 10_000; left > 0; left -= 100) {
      List<Ticket> waiting = List.copyOf(table.waiting());
      assertEquals(new QueueOrder.Place(left, left), order.placeOf(waiting.get(left - 1)));
      for (int i = 0; i < 100; i++) {
        List<Long> some = order.after(random.nextLong(table.counter() + 1), 1);
        long number = some.isEmpty() ? order.after(0, 1).get(0) : some.get(0);
        apply(new Entry.Ended(number, EndReason.CANCELLED));
        turn(false);
      }
    }
    assertEquals(List.of(), order.after(0, 1));
  }
}
