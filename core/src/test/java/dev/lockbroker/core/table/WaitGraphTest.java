package dev.lockbroker.core.table;

import static dev.lockbroker.core.table.Samples.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.table.WaitGraph.Reach;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WaitGraphTest {
  private final Map<String, LockTable> tables = new TreeMap<>();
  private final Set<Integer> dead = new HashSet<>();
  private long now = 1_000;

  private Ticket ask(String journal, int request, String claims, int... inside) {
    LockTable table = tables.computeIfAbsent(journal, name -> new LockTable(100));
    now++;
    for (Entry entry : table.decide(Samples.askInside(request, claims, inside), now).entries()) {
      table.apply(entry);
    }
    for (Ticket free : table.grantable()) {
      table.apply(table.grant(free, now, 1_000));
    }
    Ticket ticket = table.ticket(id(request));
    assertNotNull(ticket);
    return ticket;
  }

  private WaitGraph<String> graph() {
    return new WaitGraph<>(
        tables, node -> dead.stream().noneMatch(gone -> id(gone).equals(node.ticket().request())));
  }

  private List<Integer> cycle(String journal, int request, Reach reach) {
    LockTable table = tables.get(journal);
    assertNotNull(table);
    Ticket ticket = table.ticket(id(request));
    assertNotNull(ticket);
    return graph().cycle(journal, ticket.number(), reach).stream()
        .map(node -> Integer.parseInt(node.ticket().request().hex(), 16))
        .toList();
  }

  @Test
  void two_who_take_two_repositories_in_opposite_order_are_a_cycle() {
    ask("a", 1, "X:/");
    ask("b", 2, "X:/");
    ask("b", 3, "X:/", 1);
    assertEquals(List.of(), cycle("b", 3, Reach.OWN));
    ask("a", 4, "X:/", 2);
    assertEquals(List.of(4, 1, 3, 2), cycle("a", 4, Reach.OWN));
  }

  @Test
  void only_the_youngest_of_a_cycle_has_closed_it() {
    ask("a", 1, "X:/");
    ask("b", 2, "X:/");
    ask("b", 3, "X:/", 1);
    ask("a", 4, "X:/", 2);
    assertEquals(List.of(), cycle("b", 3, Reach.OWN));
    assertEquals(List.of(3, 2, 4, 1), cycle("b", 3, Reach.ANY));
  }

  @Test
  void of_two_of_the_same_instant_the_smaller_request_id_counts_as_older() {
    ask("a", 1, "X:/");
    ask("b", 2, "X:/");
    ask("b", 3, "X:/", 1);
    now--;
    ask("a", 4, "X:/", 2);
    assertEquals(List.of(), cycle("b", 3, Reach.OWN));
    assertEquals(List.of(4, 1, 3, 2), cycle("a", 4, Reach.OWN));
  }

  @Test
  void three_in_a_ring_are_a_cycle_once_the_last_has_asked() {
    ask("a", 1, "X:/");
    ask("b", 2, "X:/");
    ask("c", 3, "X:/");
    ask("b", 4, "X:/", 1);
    ask("c", 5, "X:/", 2);
    assertEquals(List.of(), cycle("c", 5, Reach.ANY));
    ask("a", 6, "X:/", 3);
    assertEquals(List.of(6, 1, 4, 2, 5, 3), cycle("a", 6, Reach.OWN));
    assertEquals(List.of(), cycle("b", 4, Reach.OWN));
    assertEquals(List.of(), cycle("c", 5, Reach.OWN));
  }

  @Test
  void an_earlier_waiter_is_in_the_way_like_a_lease() {
    ask("a", 1, "X:/name/one");
    ask("a", 2, "X:/");
    ask("a", 3, "X:/name/two", 1);
    assertEquals(List.of(3, 2, 1), cycle("a", 3, Reach.OWN));
  }

  @Test
  void an_upgrade_waits_for_its_own_lease() {
    ask("a", 1, "S:/");
    ask("a", 2, "S:/");
    ask("a", 3, "X:/", 1);
    assertEquals(List.of(3, 1), cycle("a", 3, Reach.OWN));
  }

  @Test
  void an_outermost_lease_closes_a_cycle_like_the_innermost() {
    ask("a", 1, "X:/");
    ask("b", 2, "X:/", 1);
    ask("c", 3, "X:/");
    ask("a", 4, "X:/", 3);
    ask("c", 5, "X:/", 2, 1);
    assertEquals(List.of(5, 3, 4, 1), cycle("c", 5, Reach.OWN));
  }

  @Test
  void two_of_one_process_that_do_not_wait_inside_their_leases_are_none() {
    ask("a", 1, "X:/");
    ask("b", 2, "X:/");
    ask("b", 3, "X:/");
    ask("a", 4, "X:/", 2);
    assertEquals(List.of(), cycle("a", 4, Reach.ANY));
    assertEquals(List.of(), cycle("b", 3, Reach.ANY));
  }

  @Test
  void who_shares_or_claims_another_part_is_in_nobodys_way() {
    ask("a", 1, "S:/name/two,X:/name/one");
    ask("b", 2, "X:/");
    ask("b", 3, "X:/", 1);
    assertTrue(ask("a", 4, "S:/name/two,X:/name/three", 2).isHeld());
    ask("a", 5, "X:/name/one", 2);
    assertEquals(List.of(5, 1, 3, 2), cycle("a", 5, Reach.OWN));
  }

  @Test
  void a_later_waiter_is_in_nobodys_way() {
    ask("a", 1, "X:/");
    ask("a", 2, "X:/", 9);
    ask("b", 3, "X:/");
    ask("a", 4, "X:/", 3);
    ask("b", 5, "X:/", 2);
    assertEquals(List.of(), cycle("a", 2, Reach.ANY));
  }

  @Test
  void a_request_with_nobody_behind_it_closes_no_cycle_and_hides_no_other() {
    ask("a", 1, "X:/");
    ask("b", 2, "X:/");
    ask("b", 3, "X:/", 1);
    ask("b", 4, "X:/", 1);
    ask("a", 5, "X:/", 2);
    dead.add(3);
    assertEquals(List.of(5, 1, 4, 2), cycle("a", 5, Reach.OWN));
    dead.add(4);
    assertEquals(List.of(), cycle("a", 5, Reach.OWN));
  }

  @Test
  void a_journal_that_could_not_be_read_hides_a_cycle_and_makes_none() {
    ask("a", 1, "X:/");
    ask("b", 2, "X:/");
    ask("b", 3, "X:/", 1);
    ask("a", 4, "X:/", 2);
    tables.remove("b");
    assertEquals(List.of(), cycle("a", 4, Reach.ANY));
    assertEquals(List.of(), graph().cycle("b", 102, Reach.ANY));
    assertEquals(List.of(), graph().cycle("a", 777, Reach.ANY));
  }

  @Test
  void a_cycle_is_confirmed_while_each_ticket_stands_as_it_did() {
    ask("a", 1, "X:/");
    ask("b", 2, "X:/");
    Ticket third = ask("b", 3, "X:/", 1);
    Ticket fourth = ask("a", 4, "X:/", 2);
    List<WaitGraph.Node<String>> cycle = graph().cycle("a", fourth.number(), Reach.OWN);
    assertTrue(graph().confirms(cycle));
    ask("a", 5, "X:/");
    assertTrue(graph().confirms(cycle));
    LockTable b = tables.get("b");
    assertNotNull(b);
    b.apply(new Entry.Ended(third.number(), EndReason.CANCELLED));
    assertFalse(graph().confirms(cycle));
  }

  @Test
  void a_long_queue_is_gone_through_in_no_time() {
    ask("a", 1, "X:/");
    ask("b", 2, "X:/");
    ask("a", 3, "X:/", 2);
    LockTable b = tables.get("b");
    assertNotNull(b);
    for (int i = 0; i < 15_000; i++) {
      b.apply(Samples.waits(b.counter() + 1, 100 + i, "X:/"));
    }
    ask("b", 4, "X:/", 1);
    assertEquals(List.of(4, 2, 3, 1), cycle("b", 4, Reach.OWN));
  }
}
