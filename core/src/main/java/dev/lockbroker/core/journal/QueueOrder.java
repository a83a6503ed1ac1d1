package dev.lockbroker.core.journal;

import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.Ticket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who stands where in a journal's queue and who is in the way, for people: nothing is decided by
 * it.
 *
 * <p>Waiting tickets of equal claims form a line. A ticket's place is the sum of its ranks in the
 * lines whose claims conflict with its own. So it is exact for everybody, and costs the logarithm
 * of the number of waiters; it is linear only in the number of different claims that compete, of
 * which there are as many as there are worktrees and names in use.
 *
 * <p>Kept up by what each turn of the arbiter brought. Confined to whoever runs that arbiter.
 */
public final class QueueOrder {
  private final Map<Claims, Line> lines = new LinkedHashMap<>();
  private final Map<Long, Line> lineOf = new HashMap<>();
  private Numbers all = new Numbers();
  private final Entry.Handler news = new News();

  /** An empty queue; the first turn of an arbiter brings all that is there. */
  public QueueOrder() {}

  /**
   * A ticket's place.
   *
   * @param position 1 is next
   * @param waiters those it competes with, itself included
   */
  public record Place(int position, int waiters) {}

  /** Waiters of equal claims. */
  private static final class Line {
    private final Claims claims;
    private final Numbers numbers = new Numbers();

    Line(Claims claims) {
      this.claims = claims;
    }
  }

  /** Takes in what a turn brought; the table is as it is after the turn. */
  public void read(Turn turn, LockTable table) {
    if (turn.replaced()) {
      restart(table);
      return;
    }
    for (Entry entry : turn.news()) {
      entry.deliverTo(news);
    }
  }

  /** Begins anew with those who wait in the table now. */
  public void restart(LockTable table) {
    lines.clear();
    lineOf.clear();
    all = new Numbers();
    for (Ticket ticket : table.waiting()) {
      join(ticket.number(), ticket.claims());
    }
  }

  /** The numbers of up to so many waiting tickets, in order, that come after that one. */
  public List<Long> after(long number, int most) {
    List<Long> found = new ArrayList<>();
    for (int i = all.below(number + 1); i < all.size() && found.size() < most; i++) {
      found.add(all.get(i));
    }
    return found;
  }

  /** The place of a waiting ticket. */
  public Place placeOf(Ticket ticket) {
    int earlier = 0;
    // Whose claims are all shared does not compete with its own line.
    int waiters = ticket.claims().conflictWith(ticket.claims()) ? 0 : 1;
    for (Line rival : rivalsOf(ticket)) {
      earlier += rival.numbers.below(ticket.number());
      waiters += rival.numbers.size();
    }
    return new Place(earlier + 1, waiters);
  }

  /**
   * The leases that conflict with a waiting ticket; if only waiters before it do, the leases that
   * those wait for.
   *
   * @param most so many are enough
   */
  public List<Ticket> inTheWayOf(Ticket ticket, LockTable table, int most) {
    List<Ticket> direct = leasesAgainst(ticket.claims(), table, most);
    if (!direct.isEmpty()) {
      return direct;
    }
    Set<Claim> wanted = new LinkedHashSet<>();
    for (Line rival : rivalsOf(ticket)) {
      if (rival.numbers.below(ticket.number()) > 0) {
        wanted.addAll(rival.claims.list());
      }
    }
    List<Claim> first = wanted.stream().limit(Claims.MAX).toList();
    return first.isEmpty() ? direct : leasesAgainst(new Claims(first), table, most);
  }

  private static List<Ticket> leasesAgainst(Claims claims, LockTable table, int most) {
    List<Ticket> found = new ArrayList<>();
    for (Ticket lease : table.held()) {
      if (found.size() == most) {
        break;
      }
      if (lease.claims().conflictWith(claims)) {
        found.add(lease);
      }
    }
    return found;
  }

  /** Looked for each time: kept up, they would take memory for each pair of lines. */
  private List<Line> rivalsOf(Ticket ticket) {
    List<Line> rivals = new ArrayList<>();
    for (Line line : lines.values()) {
      if (line.claims.conflictWith(ticket.claims())) {
        rivals.add(line);
      }
    }
    return rivals;
  }

  private void join(long number, Claims claims) {
    Line line = lines.computeIfAbsent(claims, Line::new);
    line.numbers.add(number);
    lineOf.put(number, line);
    all.add(number);
  }

  private void leave(long number) {
    Line line = lineOf.remove(number);
    if (line == null) {
      return; // It held.
    }
    all.remove(number);
    line.numbers.remove(number);
    if (line.numbers.size() == 0) {
      lines.remove(line.claims);
    }
  }

  private final class News implements Entry.Handler {
    @Override
    public void waits(Entry.Waits entry) {
      join(entry.ticket(), entry.claims());
    }

    @Override
    public void granted(Entry.Granted entry) {
      leave(entry.ticket());
    }

    @Override
    public void carried(Entry.Carried entry) {
      leave(entry.ticket());
    }

    @Override
    public void refreshed(Entry.Refreshed entry) {
      // A lease stays a lease.
    }

    @Override
    public void ended(Entry.Ended entry) {
      leave(entry.ticket());
    }
  }
}
