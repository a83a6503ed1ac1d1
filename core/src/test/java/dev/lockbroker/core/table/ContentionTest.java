package dev.lockbroker.core.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is kept up as tickets come and go is what a look at all of them says. */
class ContentionTest {
  private static final int HISTORIES =
      Integer.getInteger("lockbroker.contention.histories", 30_000);
  private static final String[] SCOPES = {
    "/", "/a", "/a/x", "/a/x/1", "/a/y", "/ab", "/b", "/b/x", "/b/x/2", "/c"
  };

  private Random random = new Random();
  private LockTable table = new LockTable(0);
  private int requests;
  private long granted;

  @Test
  void it_says_what_a_look_at_everybody_says() {
    for (int seed = 0; seed < HISTORIES; seed++) {
      random = new Random(seed);
      table = new LockTable(100);
      requests = 0;
      int steps = 5 + random.nextInt(40);
      int most = 2 + random.nextInt(14);
      int calls = 1 + random.nextInt(8);
      for (int step = 0; step < steps; step++) {
        step(most);
        if (random.nextInt(calls) == 0) {
          check(seed);
        }
      }
      check(seed);
    }
    assertTrue(granted > HISTORIES, "hardly any grants: " + granted);
  }

  private void step(int most) {
    List<Ticket> live = table.tickets();
    int kind = random.nextInt(20);
    if (live.isEmpty() || (kind < 9 && live.size() < most)) {
      apply(ask(false));
    } else if (kind < 13) {
      Ticket one = live.get(random.nextInt(live.size()));
      table.apply(new Entry.Ended(one.number(), EndReason.RELEASED));
    } else if (kind < 15 && !table.held().isEmpty()) {
      Ticket oldest = table.held().iterator().next();
      apply(new Command.Force(oldest.number(), oldest.requireHold().token()));
    } else if (kind < 17) {
      grant(table.grantable());
    } else if (kind < 18) {
      grantSome(table.grantable());
    } else if (kind < 19) {
      // As it is read from others' lines: nobody has asked this table.
      grantSome(grantableByLookingAtAll());
    } else {
      restore();
    }
  }

  private Command ask(boolean onlyIfFree) {
    requests++;
    StringBuilder claims = new StringBuilder();
    for (int more = random.nextInt(3); more >= 0; more--) {
      claims.append(random.nextInt(5) < 2 ? "S:" : "X:");
      claims.append(SCOPES[random.nextInt(SCOPES.length)]).append(more > 0 ? "," : "");
    }
    return Samples.request(requests, claims.toString(), 1000, LeaseKind.LEASE, false, onlyIfFree);
  }

  private void apply(Command command) {
    for (Entry entry : table.decide(command, 0).entries()) {
      table.apply(entry);
    }
  }

  private void grant(List<Ticket> tickets) {
    for (Ticket ticket : tickets) {
      table.apply(table.grant(ticket, 0, 1));
      granted++;
    }
  }

  private void grantSome(List<Ticket> tickets) {
    List<Ticket> some = new ArrayList<>(tickets);
    some.removeIf(ticket -> random.nextBoolean());
    grant(some);
    if (!table.held().isEmpty() && random.nextBoolean()) {
      Ticket lease = table.held().iterator().next();
      long until = lease.requireHold().untilNanos() + 1;
      table.apply(new Entry.Refreshed(lease.number(), until));
    }
  }

  /** Also as only a hostile file says it: somebody who waits is held before others. */
  private void restore() {
    List<Entry> entries = table.carryOver();
    if (random.nextInt(4) == 0) {
      entries.removeIf(entry -> entry instanceof Entry.Carried && random.nextBoolean());
    }
    table = LockTable.restored(table.counter(), entries);
  }

  private void check(int seed) {
    List<Ticket> expected = grantableByLookingAtAll();
    assertEquals(expected, table.grantable(), () -> "grantable, seed " + seed);
    if (random.nextBoolean()) {
      assertEquals(expected, table.grantable(), () -> "grantable again, seed " + seed);
    }
    assertEquals(obstacles(List.of()), table.obstacles(List.of()), () -> "seed " + seed);
    Command.Request asked = (Command.Request) ask(true);
    assertEquals(
        obstacles(List.of(asked.claims())),
        table.obstacles(List.of(asked.claims())),
        () -> "seed " + seed);
    assertEquals(
        conflictsWithAny(asked.claims(), table.tickets()),
        table.decide(asked, 0).refusal() == Refusal.BUSY,
        () -> "taken, seed " + seed);
  }

  private List<Ticket> grantableByLookingAtAll() {
    List<Ticket> before = new ArrayList<>(table.held());
    List<Ticket> found = new ArrayList<>();
    for (Ticket ticket : table.waiting()) {
      if (!conflictsWithAny(ticket.claims(), before)) {
        found.add(ticket);
      }
      before.add(ticket);
    }
    return found;
  }

  private List<Ticket> obstacles(List<Claims> asked) {
    List<Ticket> found = new ArrayList<>();
    for (Ticket lease : table.held()) {
      boolean wanted = conflictsWithAny(lease.claims(), table.waiting());
      for (Claims claims : asked) {
        wanted |= claims.conflictWith(lease.claims());
      }
      if (wanted) {
        found.add(lease);
      }
    }
    return found;
  }

  private static boolean conflictsWithAny(Claims claims, Iterable<Ticket> tickets) {
    for (Ticket ticket : tickets) {
      if (ticket.claims().conflictWith(claims)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void it_is_right_also_when_more_ends_than_is_told_apart() {
    table = new LockTable(100);
    for (int i = 0; i < 1000; i++) {
      apply(Samples.ask(i, "X:/name/" + i));
    }
    grant(table.grantable());
    for (int i = 0; i < 1000; i++) {
      apply(Samples.ask(1000 + i, "X:/name/" + i % 500));
    }
    assertEquals(List.of(), table.grantable());
    for (Ticket lease : List.copyOf(table.held()).subList(0, 400)) {
      table.apply(new Entry.Ended(lease.number(), EndReason.RELEASED));
    }
    assertEquals(400, table.grantable().size());
    check(0);
    grant(table.grantable());
    check(0);
  }
}
