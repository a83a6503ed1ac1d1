package dev.lockbroker.core.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tickets of one repository: who waits, in which order, and who holds.
 *
 * <p>State changes only through {@link #apply}; {@link #decide} and {@link #grantable} say which
 * entries ought to be written and change nothing. The rule of order is strict first come, first
 * served: a waiting ticket is grantable when it conflicts with no lease and with no ticket that
 * waits before it. So nobody starves, disjoint scopes run in parallel, and readers share.
 *
 * <p>Ticket numbers and fencing tokens are drawn from one counter, so that neither is ever used
 * again nor taken for the other.
 *
 * <p>Not thread-safe; confined to whoever folds the journal.
 */
public final class LockTable {
  /** Counters above this come from a hostile journal: no repository ever gets near it. */
  public static final long MAX_COUNTER = 1L << 62;

  /** Tickets at once in one repository: far more than processes on a machine. */
  public static final int MAX_TICKETS = 20_000;

  /** Bound for the text of all live tickets, a quarter of the largest journal that is read. */
  static final long MAX_WEIGHT = 4L << 20;

  private final Contention contention = new Contention();
  private final Tickets held = contention.held();
  private final Tickets waiting = contention.waiting();
  private final Map<RequestId, Long> numbers = new HashMap<>();
  private final Entry.Handler applier = new Applier();
  private long counter;
  private long weight;

  /** An empty table whose numbers go on after {@code counter}. */
  public LockTable(long counter) {
    if (counter < 0 || counter > MAX_COUNTER) {
      throw new InvariantViolation("counter out of range: " + counter);
    }
    this.counter = counter;
  }

  /**
   * The table at the beginning of a journal file: live tickets carried over from the file before,
   * all numbered at or below {@code counter}.
   *
   * @throws InvariantViolation if the entries cannot be such
   */
  public static LockTable restored(long counter, List<Entry> carried) {
    LockTable table = new LockTable(counter);
    Restorer restorer = table.new Restorer();
    for (Entry entry : carried) {
      entry.deliverTo(restorer);
    }
    return table;
  }

  /** The entries that {@link #restored} makes this table from. */
  public List<Entry> carryOver() {
    List<Entry> entries = new ArrayList<>();
    for (Ticket ticket : tickets()) {
      entries.add(waits(ticket));
      Ticket.@Nullable Hold hold = ticket.hold();
      if (hold != null) {
        entries.add(
            new Entry.Carried(ticket.number(), hold.token(), hold.untilNanos(), hold.sinceNanos()));
      }
    }
    return entries;
  }

  /** The highest number given out, as ticket or token. */
  public long counter() {
    return counter;
  }

  /** The leases, oldest ticket first; a live view. */
  public Collection<Ticket> held() {
    return held.all();
  }

  /** The queue, first come first; a live view. */
  public Collection<Ticket> waiting() {
    return waiting.all();
  }

  /** Leases and queue together, by number; a copy. */
  public List<Ticket> tickets() {
    TreeMap<Long, Ticket> all = new TreeMap<>();
    for (Ticket lease : held.all()) {
      all.put(lease.number(), lease);
    }
    for (Ticket waiter : waiting.all()) {
      all.put(waiter.number(), waiter);
    }
    return List.copyOf(all.values());
  }

  /** The live ticket with that number, or null. */
  public @Nullable Ticket ticket(long number) {
    Ticket ticket = held.get(number);
    return ticket != null ? ticket : waiting.get(number);
  }

  /** The live ticket of that request, or null. */
  public @Nullable Ticket ticket(RequestId request) {
    Long number = numbers.get(request);
    return number == null ? null : ticket(number);
  }

  /**
   * What the command comes to in this state. Changes nothing.
   *
   * @param nowNanos the transaction's time
   */
  public Decision decide(Command command, long nowNanos) {
    if (command instanceof Command.Request request) {
      return request(request, nowNanos);
    }
    if (command instanceof Command.Refresh refresh) {
      return refresh(refresh, nowNanos);
    }
    if (command instanceof Command.End end) {
      return ticket(end.ticket()) == null
          ? Decision.NOTHING
          : Decision.write(new Entry.Ended(end.ticket(), end.reason()));
    }
    if (command instanceof Command.Dequeue dequeue) {
      Ticket present = ticket(dequeue.ticket());
      return present == null || present.isHeld()
          ? Decision.NOTHING
          : Decision.write(new Entry.Ended(present.number(), EndReason.CANCELLED));
    }
    return force((Command.Force) command);
  }

  /** All waiting tickets that can be granted now, in order. */
  public List<Ticket> grantable() {
    return contention.grantable();
  }

  /** The entry that grants a grantable ticket until {@code nowNanos + forNanos}. */
  public Entry.Granted grant(Ticket ticket, long nowNanos, long forNanos) {
    return new Entry.Granted(ticket.number(), counter + 1, nowNanos + forNanos, nowNanos);
  }

  /**
   * The leases that stand in anybody's way: of a waiting ticket's, or of what is about to be asked.
   * Only these need to be looked at for having died.
   */
  public List<Ticket> obstacles(List<Claims> aboutToAsk) {
    return contention.obstacles(aboutToAsk);
  }

  /** The leases that conflict with these claims; if only waiters do, the leases those wait for. */
  public List<Ticket> inTheWayOf(Claims claims) {
    List<Ticket> direct = held.against(claims);
    if (!direct.isEmpty()) {
      return direct;
    }
    List<Claim> wanted = new ArrayList<>();
    for (Ticket waiter = waiting.next(claims, 0);
        waiter != null && wanted.size() < Claims.MAX;
        waiter = waiting.next(claims, waiter.number())) {
      wanted.addAll(waiter.claims().list());
    }
    return wanted.isEmpty()
        ? direct
        : held.against(new Claims(wanted.subList(0, Math.min(wanted.size(), Claims.MAX))));
  }

  /**
   * The only way to change the table.
   *
   * @throws InvariantViolation if the entry breaks an invariant; the table is unchanged then
   */
  public void apply(Entry entry) {
    entry.deliverTo(applier);
  }

  private Decision request(Command.Request request, long nowNanos) {
    Ticket present = ticket(request.id());
    if (present != null) {
      return present.claims().equals(request.claims())
          ? Decision.NOTHING
          : Decision.refuse(Refusal.DIFFERENT_REQUEST);
    }
    if (request.heldBefore()) {
      return Decision.refuse(Refusal.LOST);
    }
    if (numbers.size() >= MAX_TICKETS || weight > MAX_WEIGHT) {
      return Decision.refuse(Refusal.QUEUE_FULL);
    }
    if (request.onlyIfFree() && isTaken(request.claims())) {
      return Decision.refuse(Refusal.BUSY);
    }
    return Decision.write(
        new Entry.Waits(
            counter + 1,
            request.id(),
            request.claims(),
            request.client(),
            request.ttlMillis(),
            request.kind(),
            nowNanos,
            request.label(),
            request.inside()));
  }

  private boolean isTaken(Claims claims) {
    return held.conflictWith(claims) || waiting.conflictWith(claims);
  }

  private Decision refresh(Command.Refresh refresh, long nowNanos) {
    Ticket lease = held.get(refresh.ticket());
    if (lease == null) {
      return Decision.refuse(Refusal.LOST);
    }
    Ticket.Hold hold = lease.requireHold();
    if (hold.token() != refresh.token()) {
      return Decision.refuse(Refusal.WRONG_TOKEN);
    }
    long untilNanos = nowNanos + lease.ttlNanos();
    return untilNanos - hold.untilNanos() > 0
        ? Decision.write(new Entry.Refreshed(lease.number(), untilNanos))
        : Decision.NOTHING;
  }

  private Decision force(Command.Force force) {
    Ticket ticket = ticket(force.ticket());
    if (ticket == null) {
      return Decision.refuse(Refusal.UNKNOWN_TICKET);
    }
    Ticket.@Nullable Hold hold = ticket.hold();
    return (hold == null ? 0 : hold.token()) == force.token()
        ? Decision.write(new Entry.Ended(force.ticket(), EndReason.FORCED))
        : Decision.refuse(Refusal.WRONG_TOKEN);
  }

  private static Entry.Waits waits(Ticket ticket) {
    return new Entry.Waits(
        ticket.number(),
        ticket.request(),
        ticket.claims(),
        ticket.client(),
        ticket.ttlMillis(),
        ticket.kind(),
        ticket.sinceNanos(),
        ticket.label(),
        ticket.inside());
  }

  private void join(Entry.Waits entry) {
    require(!numbers.containsKey(entry.request()), "request id used twice", entry);
    Ticket ticket = Ticket.of(entry);
    contention.join(ticket);
    numbers.put(ticket.request(), ticket.number());
    weight += weightOf(ticket);
  }

  /** Bytes it may take in a journal: of its text, each may be written as {@code %XX}. */
  private static long weightOf(Ticket ticket) {
    long text = Text.utf8Length(ticket.label());
    for (Claim claim : ticket.claims().list()) {
      text += Text.utf8Length(claim.scope().path());
    }
    return 150 + 3 * text + (RequestId.LENGTH + 1L) * ticket.inside().requests().size();
  }

  private void hold(long number, long token, long untilNanos, long sinceNanos) {
    Ticket.Hold hold = new Ticket.Hold(token, untilNanos, sinceNanos);
    if (contention.hold(number, hold) == null) {
      throw new InvariantViolation("grant of ticket " + number + ", which does not wait");
    }
  }

  /** V1: leases never conflict pairwise. */
  private void requireNoConflictingLease(Ticket ticket, Entry entry) {
    require(!held.conflictWith(ticket.claims()), "two conflicting leases", entry);
  }

  /** V3: a grant never passes an earlier conflicting waiter. */
  private void requireNoEarlierWaiter(Ticket ticket, Entry entry) {
    boolean passes = waiting.conflictBefore(ticket.number(), ticket.claims());
    require(!passes, "grant past an earlier waiter", entry);
  }

  private static void require(boolean condition, String broken, Entry entry) {
    if (!condition) {
      throw new InvariantViolation(broken + " (ticket " + entry.ticket() + ")");
    }
  }

  /** Entries as they are written in the life of a journal. */
  private final class Applier implements Entry.Handler {
    @Override
    public void waits(Entry.Waits entry) {
      requireRises(entry.ticket(), entry);
      join(entry);
      counter = entry.ticket();
    }

    @Override
    public void granted(Entry.Granted entry) {
      Ticket ticket = waiting.get(entry.ticket());
      if (ticket == null) {
        throw new InvariantViolation("grant of ticket " + entry.ticket() + ", which does not wait");
      }
      requireRises(entry.token(), entry);
      requireNoConflictingLease(ticket, entry);
      requireNoEarlierWaiter(ticket, entry);
      hold(entry.ticket(), entry.token(), entry.untilNanos(), entry.sinceNanos());
      counter = entry.token();
    }

    @Override
    public void carried(Entry.Carried entry) {
      throw new InvariantViolation("a carried lease after the second line of a journal");
    }

    @Override
    public void refreshed(Entry.Refreshed entry) {
      Ticket lease = held.get(entry.ticket());
      if (lease == null) {
        throw new InvariantViolation("refresh of ticket " + entry.ticket() + ", which is not held");
      }
      boolean rises = entry.untilNanos() - lease.requireHold().untilNanos() >= 0;
      require(rises, "a refresh that shortens a lease", entry);
      held.update(lease.refreshed(entry.untilNanos()));
    }

    @Override
    public void ended(Entry.Ended entry) {
      Ticket ticket = contention.end(entry.ticket());
      if (ticket == null) {
        throw new InvariantViolation("end of ticket " + entry.ticket() + ", which is not there");
      }
      numbers.remove(ticket.request());
      weight -= weightOf(ticket);
    }

    /** V2: numbers and tokens strictly rise. */
    private void requireRises(long number, Entry entry) {
      require(number > counter, "a number that does not rise: " + number, entry);
      require(number <= MAX_COUNTER, "a number out of range: " + number, entry);
    }
  }

  /** Entries of a file's second line, whose numbers are old ones. */
  private final class Restorer implements Entry.Handler {
    private final Set<Long> tokens = new HashSet<>();
    private long lastTicket;

    @Override
    public void waits(Entry.Waits entry) {
      require(entry.ticket() > lastTicket, "carried tickets out of order", entry);
      require(entry.ticket() <= counter, "a carried ticket above the counter", entry);
      join(entry);
      lastTicket = entry.ticket();
    }

    @Override
    public void carried(Entry.Carried entry) {
      Ticket ticket = waiting.get(entry.ticket());
      if (ticket == null) {
        throw new InvariantViolation("carried lease of unknown ticket " + entry.ticket());
      }
      boolean plausible = entry.token() > entry.ticket() && entry.token() <= counter;
      require(plausible, "a carried token out of range: " + entry.token(), entry);
      require(tokens.add(entry.token()), "a carried token used twice", entry);
      requireNoConflictingLease(ticket, entry);
      hold(entry.ticket(), entry.token(), entry.untilNanos(), entry.sinceNanos());
    }

    @Override
    public void granted(Entry.Granted entry) {
      throw new InvariantViolation("a grant among carried tickets");
    }

    @Override
    public void refreshed(Entry.Refreshed entry) {
      throw new InvariantViolation("a refresh among carried tickets");
    }

    @Override
    public void ended(Entry.Ended entry) {
      throw new InvariantViolation("an end among carried tickets");
    }
  }
}
