package dev.lockbroker.core.table;

import dev.lockbroker.core.table.WaitGraph.Node;
import dev.lockbroker.core.table.WaitGraph.Reach;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that can happen when some activities each take several leases, one inside the other, and look
 * for cycles meanwhile: every interleaving of asking, reading one journal after the other, giving
 * way, being granted, giving back and losing patience. The tables and the graph are the real ones.
 *
 * <p>An activity asks for its wishes in order, then gives everything back. While it waits it looks:
 * reads all journals, one at a step; if it sees a cycle reads them again; if that confirms it, it
 * gives way: cancels, gives back what it holds, and is done.
 */
final class DeadlockModel {
  /** What is different from the rules as they are. */
  enum Change {
    /** Waits may be given up at any time. */
    SOME_LOSE_PATIENCE,
    /** A transaction's time is taken and its line written in one step. */
    TIME_AT_ONE_INSTANT,
    /** Only one look at each ticket. */
    ONE_LOOK_ONLY,
    /** Everybody in a cycle gives way. */
    ANYBODY_GIVES_WAY,
    /** What one reading shows is believed. */
    ONE_READING_ONLY,
    /** Only the lease taken last is named. */
    ONLY_THE_INNERMOST
  }

  /** One lease that is wanted. */
  record Wish(int journal, String claims) {}

  /**
   * Who takes part.
   *
   * @param silent the activity that never looks, or -1
   */
  record World(String name, int journals, List<List<Wish>> activities, int silent) {}

  /** A journal between transactions. Immutable, as long as nobody changes {@link #seen}. */
  private static final class Journal {
    private final long counter;
    private final List<Entry> entries;
    private final int guardedBy;
    private final long drawnTime;
    private final int hash;
    private @Nullable LockTable seen;

    Journal(long counter, List<Entry> entries, int guardedBy, long drawnTime) {
      this.counter = counter;
      this.entries = entries;
      this.guardedBy = guardedBy;
      this.drawnTime = drawnTime;
      this.hash = Objects.hash(counter, entries, guardedBy, drawnTime);
    }

    static Journal of(LockTable table) {
      return new Journal(table.counter(), table.carryOver(), -1, 0);
    }

    /** A table to change. */
    LockTable table() {
      return LockTable.restored(counter, entries);
    }

    /** A table to look at. */
    LockTable seen() {
      LockTable table = seen;
      if (table == null) {
        table = table();
        seen = table;
      }
      return table;
    }

    @Override
    public boolean equals(@Nullable Object object) {
      return this == object
          || (object instanceof Journal other
              && hash == other.hash
              && counter == other.counter
              && guardedBy == other.guardedBy
              && drawnTime == other.drawnTime
              && entries.equals(other.entries));
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public String toString() {
      return counter + " " + entries + (guardedBy < 0 ? "" : " guarded by " + guardedBy);
    }
  }

  private enum Stage {
    GOING,
    LEAVING,
    DONE
  }

  /**
   * One activity.
   *
   * @param asked wishes asked for
   * @param back leases given back
   * @param reads of the look in progress, oldest first
   * @param looked whether a look at the ticket it waits with has ended
   * @param wasTrue whether it really was in a cycle at any instant of the look in progress
   */
  private record Activity(
      Stage stage, int asked, int back, List<Journal> reads, boolean looked, boolean wasTrue) {
    static final Activity NEW = new Activity(Stage.GOING, 0, 0, List.of(), false, false);

    Activity stage(Stage next) {
      return new Activity(next, asked, back, List.of(), false, false);
    }
  }

  private record State(long clock, int refused, List<Journal> journals, List<Activity> activities) {
    State with(int i, Activity activity) {
      List<Activity> changed = new ArrayList<>(activities);
      changed.set(i, activity);
      return new State(clock, refused, journals, changed);
    }

    State with(int j, Journal journal) {
      List<Journal> changed = new ArrayList<>(journals);
      changed.set(j, journal);
      return new State(clock, refused, changed, activities);
    }

    boolean isOver() {
      return activities.stream().allMatch(activity -> activity.stage == Stage.DONE);
    }
  }

  /** What an exploration saw. */
  record Count(int states, int steps, int mostRefused) {}

  /** A law was broken. */
  static final class Broken extends AssertionError {
    private static final long serialVersionUID = 1L;

    Broken(String message) {
      super(message);
    }
  }

  private final World world;
  private final Set<Change> changes;

  DeadlockModel(World world, Change... changes) {
    this.world = world;
    this.changes = Set.of(changes);
  }

  /**
   * Visits every reachable state.
   *
   * @throws Broken if somebody is refused who was in no cycle, or a state is reached from which
   *     nobody's patience but only a miracle would end the waiting
   */
  Count explore() {
    State start =
        new State(
            0,
            0,
            Collections.nCopies(world.journals, Journal.of(new LockTable(100))),
            Collections.nCopies(world.activities.size(), Activity.NEW));
    Map<State, Integer> numbers = new HashMap<>();
    List<State> states = new ArrayList<>();
    List<List<Integer>> before = new ArrayList<>();
    Queue<Integer> queue = new ArrayDeque<>();
    add(start, numbers, states, before);
    queue.add(0);
    int steps = 0;
    int mostRefused = 0;
    while (!queue.isEmpty()) {
      int number = queue.remove();
      Set<State> byPatience = new HashSet<>();
      for (State next : after(states.get(number), byPatience)) {
        steps++;
        mostRefused = Math.max(mostRefused, next.refused);
        Integer known = numbers.get(next);
        if (known == null) {
          known = add(next, numbers, states, before);
          queue.add(known);
        }
        if (!byPatience.contains(next)) {
          before.get(known).add(number);
        }
      }
    }
    requireAnEndFromEverywhere(states, before);
    return new Count(states.size(), steps, mostRefused);
  }

  private static int add(
      State state, Map<State, Integer> numbers, List<State> states, List<List<Integer>> before) {
    numbers.put(state, states.size());
    states.add(state);
    before.add(new ArrayList<>());
    return states.size() - 1;
  }

  /** Whatever has happened, all can be done without anybody's losing patience. */
  private void requireAnEndFromEverywhere(List<State> states, List<List<Integer>> before) {
    boolean[] ends = new boolean[states.size()];
    Queue<Integer> queue = new ArrayDeque<>();
    for (int i = 0; i < states.size(); i++) {
      if (states.get(i).isOver()) {
        ends[i] = true;
        queue.add(i);
      }
    }
    while (!queue.isEmpty()) {
      for (int former : before.get(queue.remove())) {
        if (!ends[former]) {
          ends[former] = true;
          queue.add(former);
        }
      }
    }
    for (int i = 0; i < ends.length; i++) {
      if (!ends[i]) {
        throw new Broken(world.name + ": nobody gets on any more in " + states.get(i));
      }
    }
  }

  private List<State> after(State state, Set<State> byPatience) {
    List<State> next = new ArrayList<>();
    for (int i = 0; i < state.activities.size(); i++) {
      Activity me = state.activities.get(i);
      if (me.stage == Stage.DONE) {
        continue;
      }
      if (me.stage == Stage.LEAVING || (me.asked == wishes(i).size() && !waits(state, i))) {
        giveBack(state, i, next);
      } else if (waits(state, i)) {
        look(state, i, next);
        if (changes.contains(Change.SOME_LOSE_PATIENCE)) {
          List<State> gone = new ArrayList<>();
          leave(state, i, false, gone);
          byPatience.addAll(gone);
          next.addAll(gone);
        }
      } else {
        ask(state, i, next);
      }
    }
    return next.stream().map(this::noteTruth).toList();
  }

  private List<Wish> wishes(int i) {
    return world.activities.get(i);
  }

  private static RequestId id(int activity, int wish) {
    return Samples.id(10 * (activity + 1) + wish);
  }

  private boolean waits(State state, int i) {
    int last = state.activities.get(i).asked - 1;
    if (last < 0) {
      return false;
    }
    Ticket ticket = ticket(state, i, last);
    return ticket != null && !ticket.isHeld();
  }

  private @Nullable Ticket ticket(State state, int i, int wish) {
    return state.journals.get(wishes(i).get(wish).journal).seen().ticket(id(i, wish));
  }

  /** The transaction's time is taken in one step, its line is written in another. */
  private void ask(State state, int i, List<State> next) {
    Activity me = state.activities.get(i);
    int j = wishes(i).get(me.asked).journal;
    Journal journal = state.journals.get(j);
    if (journal.guardedBy < 0) {
      long time = state.clock + 1;
      State drawn =
          new State(time, state.refused, state.journals, state.activities)
              .with(j, new Journal(journal.counter, journal.entries, i, time));
      next.add(changes.contains(Change.TIME_AT_ONE_INSTANT) ? written(drawn, i) : drawn);
    } else if (journal.guardedBy == i) {
      next.add(written(state, i));
    }
  }

  private State written(State state, int i) {
    Activity me = state.activities.get(i);
    Wish wish = wishes(i).get(me.asked);
    Journal journal = state.journals.get(wish.journal);
    List<RequestId> outer = new ArrayList<>();
    for (int held = me.asked - 1; held >= 0; held--) {
      if (outer.isEmpty() || !changes.contains(Change.ONLY_THE_INNERMOST)) {
        outer.add(id(i, held));
      }
    }
    Command.Request request =
        new Command.Request(
            id(i, me.asked),
            Samples.claims(wish.claims),
            Samples.client(i),
            1000,
            LeaseKind.LEASE,
            "",
            false,
            false,
            new Inside(outer));
    LockTable table = journal.table();
    table.decide(request, journal.drawnTime).entries().forEach(table::apply);
    grantAll(table);
    Activity asked = new Activity(Stage.GOING, me.asked + 1, 0, List.of(), false, false);
    return state.with(wish.journal, Journal.of(table)).with(i, asked);
  }

  private static void grantAll(LockTable table) {
    for (Ticket ticket : table.grantable()) {
      table.apply(new Entry.Granted(ticket.number(), table.counter() + 1, 1, 0));
    }
  }

  private void giveBack(State state, int i, List<State> next) {
    Activity me = state.activities.get(i);
    int last = me.asked - 1 - me.back;
    if (last < 0) {
      next.add(state.with(i, me.stage(Stage.DONE)));
      return;
    }
    int j = wishes(i).get(last).journal;
    if (state.journals.get(j).guardedBy < 0) {
      LockTable table = state.journals.get(j).table();
      Ticket mine = table.ticket(id(i, last));
      if (mine != null) {
        table.apply(new Entry.Ended(mine.number(), EndReason.RELEASED));
        grantAll(table);
      }
      Activity less = new Activity(Stage.LEAVING, me.asked, me.back + 1, List.of(), false, false);
      next.add(state.with(j, Journal.of(table)).with(i, less));
    }
  }

  private void leave(State state, int i, boolean refused, List<State> next) {
    Activity me = state.activities.get(i);
    State left =
        new State(state.clock, state.refused + (refused ? 1 : 0), state.journals, state.activities)
            .with(i, me.stage(Stage.LEAVING));
    // Its waiting ticket goes like a lease does.
    giveBack(left, i, next);
  }

  /** Reads one journal more; or comes to its conclusion. */
  private void look(State state, int i, List<State> next) {
    Activity me = state.activities.get(i);
    if (i == world.silent || (me.looked && changes.contains(Change.ONE_LOOK_ONLY))) {
      return;
    }
    boolean confirms = !changes.contains(Change.ONE_READING_ONLY);
    int most = confirms ? 2 * world.journals : world.journals;
    List<Journal> reads = me.reads;
    boolean seen = reads.size() >= world.journals && !cycle(i, reads).isEmpty();
    if (reads.size() < world.journals || (seen && reads.size() < most)) {
      List<Journal> more = new ArrayList<>(reads);
      Journal journal = state.journals.get(place(i, reads.size() % world.journals));
      more.add(journal.guardedBy < 0 ? journal : unguarded(journal));
      boolean before = !reads.isEmpty() && me.wasTrue;
      next.add(state.with(i, new Activity(Stage.GOING, me.asked, 0, more, me.looked, before)));
      return;
    }
    if (!seen || (confirms && !isConfirmed(i, reads))) {
      next.add(state.with(i, new Activity(Stage.GOING, me.asked, 0, List.of(), true, false)));
      return;
    }
    if (!me.wasTrue) {
      throw new Broken(world.name + ": " + i + " is refused and was in no cycle, in " + state);
    }
    leave(state, i, true, next);
  }

  private static Journal unguarded(Journal journal) {
    return new Journal(journal.counter, journal.entries, -1, 0);
  }

  /** In which order an activity reads: each begins elsewhere. */
  private int place(int i, int read) {
    return (i + read) % world.journals;
  }

  private List<Node<Integer>> cycle(int i, List<Journal> reads) {
    Map<Integer, LockTable> tables = tables(i, reads.subList(0, world.journals));
    for (Map.Entry<Integer, LockTable> entry : tables.entrySet()) {
      for (Ticket ticket : entry.getValue().waiting()) {
        if (ticket.client().equals(Samples.client(i))) {
          return new WaitGraph<>(tables, node -> true)
              .cycle(
                  entry.getKey(),
                  ticket.number(),
                  changes.contains(Change.ANYBODY_GIVES_WAY) ? Reach.ANY : Reach.OWN);
        }
      }
    }
    return List.of();
  }

  private Map<Integer, LockTable> tables(int i, List<Journal> reads) {
    Map<Integer, LockTable> tables = new LinkedHashMap<>();
    for (int read = 0; read < reads.size(); read++) {
      tables.put(place(i, read), reads.get(read).seen());
    }
    return tables;
  }

  private boolean isConfirmed(int i, List<Journal> reads) {
    List<Journal> second = reads.subList(world.journals, reads.size());
    return new WaitGraph<>(tables(i, second), node -> true).confirms(cycle(i, reads));
  }

  /** The truth, found in another way: who waits for whom, activity by activity. */
  private State noteTruth(State state) {
    State noted = state;
    for (int i = 0; i < state.activities.size(); i++) {
      Activity me = state.activities.get(i);
      if (!me.reads.isEmpty() && !me.wasTrue && waitsForItself(state, i)) {
        noted = noted.with(i, new Activity(me.stage, me.asked, me.back, me.reads, me.looked, true));
      }
    }
    return noted;
  }

  private boolean waitsForItself(State state, int start) {
    Set<Integer> reached = new HashSet<>();
    Queue<Integer> queue = new ArrayDeque<>(List.of(start));
    while (!queue.isEmpty()) {
      int i = queue.remove();
      for (int other = 0; other < state.activities.size(); other++) {
        if (isInTheWay(state, i, other) && reached.add(other)) {
          queue.add(other);
        }
      }
    }
    return reached.contains(start);
  }

  private boolean isInTheWay(State state, int i, int other) {
    if (!waits(state, i)) {
      return false;
    }
    int last = state.activities.get(i).asked - 1;
    int j = wishes(i).get(last).journal;
    LockTable table = state.journals.get(j).seen();
    Ticket mine = table.ticket(id(i, last));
    for (int wish = 0; mine != null && wish < wishes(other).size(); wish++) {
      Ticket theirs = table.ticket(id(other, wish));
      if (theirs != null
          && theirs.number() != mine.number()
          && (theirs.isHeld() || theirs.number() < mine.number())
          && BruteForce.conflict(theirs.claims().toString(), mine.claims().toString())) {
        return true;
      }
    }
    return false;
  }
}
