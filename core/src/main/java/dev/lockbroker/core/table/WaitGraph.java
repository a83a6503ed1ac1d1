package dev.lockbroker.core.table;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Who waits for whom, across repositories.
 *
 * <p>A waiting ticket waits for every ticket that conflicts with it and is held, or waits before
 * it. A lease waits for every ticket that its holder asked for while holding it ({@link Inside}):
 * it is not given back before those are answered. All of these have to come true, so whoever can
 * reach himself waits for ever.
 *
 * <p>Edges come only with a new waiting ticket, and all that lead away from tickets there before
 * are there already: the last ticket of a cycle closes it. So each asker looks once his ticket can
 * be read, and the youngest of a cycle sees all of it. {@link Reach#OWN} keeps to tickets older
 * than his, so that of several who look at once exactly one finds a cycle that is his to break.
 *
 * <p>Built from tables of different journals, read one after the other. Not thread-safe.
 *
 * @param <J> what names a journal
 */
public final class WaitGraph<J> {
  /** Pairs of tickets looked at in one search, some milliseconds; what is further is not seen. */
  private static final int MOST_STEPS = 500_000;

  /** Which cycles are looked for. */
  public enum Reach {
    /** Those that this ticket has closed: it is the youngest in them that was asked for inside. */
    OWN,
    /** All that it is in. */
    ANY
  }

  /**
   * A ticket and where it stands.
   *
   * @param journal its journal
   * @param ticket as it was read
   */
  public record Node<J>(J journal, Ticket ticket) {}

  private final Map<J, LockTable> tables;
  private final Predicate<Node<J>> alive;
  private final Map<RequestId, List<Node<J>>> askedInside = new HashMap<>();

  /**
   * A graph of these tables, which must not change meanwhile.
   *
   * @param alive whether somebody still stands behind a ticket; asked only for those on the way
   */
  public WaitGraph(Map<J, LockTable> tables, Predicate<Node<J>> alive) {
    this.tables = tables;
    this.alive = alive;
    tables.forEach(
        (journal, table) -> {
          for (Ticket waiter : table.waiting()) {
            for (RequestId outer : waiter.inside().requests()) {
              askedInside
                  .computeIfAbsent(outer, id -> new ArrayList<>())
                  .add(new Node<>(journal, waiter));
            }
          }
        });
  }

  /**
   * A shortest cycle through a waiting ticket: it first, then what it waits for, and so on, each
   * waiting for the next one and the last one, a lease of its own asker, for the first.
   *
   * @return empty if there is none
   */
  public List<Node<J>> cycle(J journal, long number, Reach reach) {
    LockTable table = tables.get(journal);
    Ticket ticket = table == null ? null : table.ticket(number);
    if (ticket == null || ticket.isHeld() || ticket.inside().isEmpty()) {
      return List.of();
    }
    return new Search(new Node<>(journal, ticket), reach).run();
  }

  /** Whether each ticket of a cycle found before stands here as it stood there. */
  public boolean confirms(List<Node<J>> cycle) {
    for (Node<J> node : cycle) {
      LockTable table = tables.get(node.journal());
      Ticket now = table == null ? null : table.ticket(node.ticket().number());
      if (now == null
          || !now.request().equals(node.ticket().request())
          || now.isHeld() != node.ticket().isHeld()) {
        return false;
      }
    }
    return true;
  }

  /** Whether one ticket joined its queue before another one, in whatever journals they stand. */
  private static boolean isOlder(Ticket one, Ticket other) {
    long byTime = one.sinceNanos() - other.sinceNanos();
    return byTime != 0 ? byTime < 0 : one.request().hex().compareTo(other.request().hex()) < 0;
  }

  /** One breadth-first walk. */
  private final class Search {
    private final Node<J> start;
    private final Reach reach;
    private final Map<RequestId, Node<J>> cameFrom = new HashMap<>();
    private final Deque<Node<J>> next = new ArrayDeque<>();
    private final Map<J, List<Ticket>> unseen = new HashMap<>();
    private int steps;

    Search(Node<J> start, Reach reach) {
      this.start = start;
      this.reach = reach;
    }

    List<Node<J>> run() {
      next.add(start);
      while (!next.isEmpty() && steps < MOST_STEPS) {
        Node<J> node = next.remove();
        if (!node.ticket().isHeld()) {
          walkToThoseBefore(node);
        } else if (start.ticket().inside().contains(node.ticket().request())) {
          return pathTo(node);
        } else {
          walkToThoseAskedInside(node);
        }
      }
      return List.of();
    }

    /** What has been seen is taken out, so that a long queue is gone through once. */
    private void walkToThoseBefore(Node<J> waiter) {
      List<Ticket> left = unseen.computeIfAbsent(waiter.journal(), this::all);
      List<Ticket> still = new ArrayList<>();
      for (Ticket other : left) {
        steps++;
        boolean isBefore = other.isHeld() || other.number() < waiter.ticket().number();
        if (isBefore && other.conflictsWith(waiter.ticket())) {
          walkTo(new Node<>(waiter.journal(), other), waiter);
        } else {
          still.add(other);
        }
      }
      unseen.put(waiter.journal(), still);
    }

    private List<Ticket> all(J journal) {
      LockTable table = tables.get(journal);
      return table == null ? List.of() : table.tickets();
    }

    private void walkToThoseAskedInside(Node<J> lease) {
      for (Node<J> waiter : askedInside.getOrDefault(lease.ticket().request(), List.of())) {
        steps++;
        if (reach == Reach.ANY || isOlder(waiter.ticket(), start.ticket())) {
          walkTo(waiter, lease);
        }
      }
    }

    private void walkTo(Node<J> node, Node<J> from) {
      RequestId name = node.ticket().request();
      if (!name.equals(start.ticket().request())
          && !cameFrom.containsKey(name)
          && alive.test(node)) {
        cameFrom.put(name, from);
        next.add(node);
      }
    }

    private List<Node<J>> pathTo(Node<J> last) {
      Deque<Node<J>> path = new ArrayDeque<>();
      for (Node<J> node = last; node != null; node = cameFrom.get(node.ticket().request())) {
        path.addFirst(node);
      }
      return List.copyOf(path);
    }
  }
}
