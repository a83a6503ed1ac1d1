package dev.lockbroker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.Turn;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.LinuxProcesses;
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
import dev.lockbroker.proto.v1.Queued;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The test owns the clock, and counts. */
class PlacesTest {
  private static final long MS = 1_000_000;

  private final LockTable table = new LockTable(0);
  private final Crowd crowd = new Crowd();
  private final List<Entry> news = new ArrayList<>();
  private final ProcessIdentity self;
  private final Places places;
  private long nowNanos = Long.MAX_VALUE - 5;

  PlacesTest(@TempDir Path folder) throws Exception {
    Host host = LinuxHost.current();
    self = host.self();
    var processes = new LinuxProcesses(host, Path.of("/proc"));
    places =
        new Places(
            crowd,
            new Holders(Arbiter.open(folder.resolve("journal"), host, processes), processes),
            nowNanos);
  }

  /** All who wait are here; remembers what they were told last. */
  private static final class Crowd implements Places.Audience {
    private final Map<Long, String> signatures = new HashMap<>();
    private final Map<Long, Queued> last = new HashMap<>();
    private int looks;
    private int messages;

    @Override
    public boolean waitsWith(long ticket) {
      looks++;
      return true;
    }

    @Override
    public void tellPlace(long ticket, Queued.Builder place, String signature) {
      if (!signature.equals(signatures.put(ticket, signature))) {
        messages++;
        last.put(ticket, place.build());
      }
    }

    int positionOf(long ticket) {
      return told(ticket).getPosition();
    }

    Queued told(long ticket) {
      return Objects.requireNonNull(last.get(ticket));
    }
  }

  private void apply(Entry entry) {
    table.apply(entry);
    news.add(entry);
  }

  private long waits(String claim) {
    long number = table.counter() + 1;
    apply(
        new Entry.Waits(
            number,
            new RequestId(String.format(Locale.ROOT, "%032x", number)),
            new Claims(List.of(Claim.parse(claim))),
            self,
            1000,
            LeaseKind.LEASE,
            7,
            "",
            Inside.NONE));
    return number;
  }

  private void grantNext() {
    for (Ticket ticket : table.grantable()) {
      apply(table.grant(ticket, nowNanos, 1_000));
    }
  }

  private void handOff() {
    Ticket holder = table.held().iterator().next();
    apply(new Entry.Ended(holder.number(), EndReason.RELEASED));
    grantNext();
  }

  /** Time goes by, and the mailbox has its turn. */
  private void turnAfter(long millis) {
    nowNanos += millis * MS;
    places.read(new Turn(List.of(), List.copyOf(news), false), table);
    news.clear();
    places.tellAll(table, nowNanos);
  }

  /** A holder and so many behind it, each told when it was queued. */
  private void lineUp(int waiters) {
    for (int i = 0; i <= waiters; i++) {
      waits("X:/");
    }
    grantNext();
    turnAfter(0);
    for (Ticket ticket : table.waiting()) {
      places.tell(ticket, table, nowNanos);
    }
    crowd.looks = 0;
    crowd.messages = 0;
  }

  @Test
  void each_step_is_told_at_once_to_the_next_few() {
    lineUp(5);
    turnAfter(1_000);
    handOff();
    turnAfter(Places.PAUSE_NANOS / MS);
    long position = 0;
    for (Ticket ticket : table.waiting()) {
      assertEquals(++position, crowd.positionOf(ticket.number()));
      assertEquals(4, crowd.told(ticket.number()).getWaiters());
      long holder = crowd.told(ticket.number()).getHolders(0).getTicket();
      assertEquals(table.held().iterator().next().number(), holder);
    }
  }

  @Test
  void steps_that_follow_each_other_fast_are_told_together_and_the_last_one_is_told() {
    lineUp(5);
    turnAfter(1_000);
    crowd.messages = 0;
    for (int i = 0; i < 3; i++) {
      handOff();
      turnAfter(1);
    }
    int soon = crowd.messages;
    assertTrue(soon <= 5, "messages: " + soon);
    turnAfter(Places.PAUSE_NANOS / MS);
    List<Ticket> left = List.copyOf(table.waiting());
    assertEquals(1, crowd.positionOf(left.get(0).number()));
    assertEquals(2, crowd.positionOf(left.get(1).number()));
  }

  @Test
  void a_hand_off_costs_as_many_looks_and_messages_with_ten_thousand_waiters_as_with_ten() {
    lineUp(10_000);
    int second = 1_000;
    for (int i = 0; i < second; i++) {
      handOff();
      turnAfter(1);
    }
    int rounds = (int) (second * MS / Places.ROUND_NANOS) + 1;
    int told = (int) (second * MS / Places.PAUSE_NANOS) + 1;
    int most = rounds * Places.OTHERS_PER_ROUND + told * Places.FIRST;
    assertTrue(crowd.looks <= most, crowd.looks + " looks in " + second + " hand-offs");
    assertTrue(crowd.messages <= crowd.looks, crowd.messages + " messages");
  }

  @Test
  void nobody_who_stands_still_is_told_anything() {
    lineUp(10_000);
    for (int i = 0; i < 20_000 / 3; i++) {
      turnAfter(3);
    }
    assertEquals(0, crowd.messages);
    assertTrue(crowd.looks <= 20 * Places.FIRST + 81 * Places.OTHERS_PER_ROUND, "" + crowd.looks);
  }

  @Test
  void everybody_learns_his_exact_place_within_one_round_through_the_queue() {
    lineUp(1_000);
    for (int i = 0; i < 100; i++) {
      handOff();
    }
    int rounds = 900 / Places.OTHERS_PER_ROUND + 2;
    for (int i = 0; i < rounds; i++) {
      turnAfter(Places.ROUND_NANOS / MS);
    }
    int position = 0;
    for (Ticket ticket : table.waiting()) {
      assertEquals(++position, crowd.positionOf(ticket.number()));
    }
    assertEquals(900, position);
  }

  @Test
  void who_competes_with_a_part_only_is_told_his_place_in_that_part() {
    waits("X:/worktree/a");
    grantNext();
    long all = waits("X:/");
    long a = waits("X:/worktree/a");
    long b = waits("X:/worktree/b");
    long again = waits("X:/worktree/a");
    turnAfter(0);
    assertEquals(1, crowd.positionOf(all));
    assertEquals(4, crowd.told(all).getWaiters());
    assertEquals(2, crowd.positionOf(a));
    assertEquals(2, crowd.positionOf(b));
    assertEquals(2, crowd.told(b).getWaiters());
    assertEquals(3, crowd.positionOf(again));
    assertEquals(3, crowd.told(again).getWaiters());
  }
}
