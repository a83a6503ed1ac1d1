package dev.lockbroker.core.git;

import dev.lockbroker.core.git.Incident.Item;
import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.ProcessSurvey;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One clearing up after one lease, and of what was put off by earlier ones. Used once, while the
 * journal's guard is held.
 */
final class Clearing {
  /** What is not looked at by then stays: others wait for the guard. */
  private static final long MOST_NANOS = 1_500_000_000L;

  /** What waits for processes to end is not tried again before this. */
  private static final long RETRY_MILLIS = 2_000;

  private static final int MOST_TRIES = 10;
  private static final long FORGET_MILLIS = 86_400_000;

  private final Path journalDirectory;
  private final Path common;
  private final Host host;
  private final Processes processes;
  private final ProcessSurvey survey;
  private final Incidents incidents;
  private final Undo undo;
  private final Pending pending;
  private final List<String> reports = new ArrayList<>();

  Clearing(Path journalDirectory, Path common, Host host, Processes processes, Path procRoot) {
    this.journalDirectory = journalDirectory;
    this.common = common;
    this.host = host;
    this.processes = processes;
    this.survey = new ProcessSurvey(host, procRoot);
    this.incidents = new Incidents(journalDirectory);
    this.undo = new Undo(journalDirectory);
    this.pending = new Pending(journalDirectory);
  }

  /** What was found and done, a line each. */
  List<String> reports() {
    return reports;
  }

  /** The numbers of other leases, all but this one. */
  static Set<Long> others(Ticket lease, Collection<Ticket> held) {
    Set<Long> numbers = new HashSet<>();
    for (Ticket ticket : held) {
      numbers.add(ticket.number());
    }
    numbers.remove(lease.number());
    return numbers;
  }

  /** Clears up after a lease that ends in this way. */
  void clear(Ticket lease, EndReason reason, Set<Long> others) throws IOException {
    Lifetime lifetime = Lifetime.since(lease.requireHold().sinceNanos(), host);
    Pending.Case dead =
        new Pending.Case(
            lease.number(),
            lease.request().hex(),
            lease.client().uid(),
            lifetime,
            lease.claims(),
            others,
            wallMillis(),
            List.of());
    Round round = new Round(dead, reason == EndReason.FORCED);
    List<Leftover> found = round.inventory();
    List<Item> items = new ArrayList<>(round.unfinished());
    items.addAll(round.handle(found));
    remember(dead, round.waiting, true);
    if (!items.isEmpty()) {
      write(
          new Incident(
              lease.number(),
              reason.word(),
              lease.label(),
              lease.client().pid(),
              lease.claims(),
              wallMillis(),
              false,
              items));
    }
  }

  private void write(Incident incident) throws IOException {
    Incident before = incidents.of(incident.ticket());
    Incident now = before == null ? incident : before.with(incident.items());
    reports.add(now.summary());
    incidents.write(now);
    if (!now.items(Item.Kind.MOVED).isEmpty()) {
      undo.prune();
    }
  }

  private long wallMillis() {
    return host.wallMicros() / 1_000;
  }

  private void remember(Pending.Case dead, List<Leftover> waiting, boolean isNew)
      throws IOException {
    if (isNew && waiting.isEmpty()) {
      return;
    }
    List<Pending.Case> cases = new ArrayList<>(pending.read());
    cases.removeIf(one -> one.ticket() == dead.ticket());
    if (!waiting.isEmpty()) {
      cases.add(
          new Pending.Case(
              dead.ticket(),
              dead.request(),
              dead.uid(),
              dead.lifetime(),
              dead.claims(),
              dead.others(),
              wallMillis(),
              waiting.stream().map(Pending.Trace::of).toList()));
    }
    pending.write(cases);
  }

  /** Tries again what waited for other leases, or for processes, that are gone by now. */
  void retry(Set<Long> held) throws IOException {
    if (!pending.isThere()) {
      return;
    }
    List<Pending.Case> cases = pending.read();
    if (cases.isEmpty()) {
      pending.write(cases); // nothing in it is ours
    }
    for (Pending.Case one : cases) {
      Set<Long> others = new HashSet<>(one.others());
      others.retainAll(held);
      boolean isFree = others.isEmpty() && !one.others().isEmpty();
      boolean isDue = wallMillis() - one.triedMillis() >= RETRY_MILLIS;
      if (isFree || (isDue && others.isEmpty())) {
        retryOne(one);
      }
    }
  }

  private void retryOne(Pending.Case one) throws IOException {
    Pending.Case dead =
        new Pending.Case(
            one.ticket(),
            one.request(),
            one.uid(),
            one.lifetime(),
            one.claims(),
            Set.of(),
            wallMillis(),
            one.files());
    Round round = new Round(dead, false);
    List<Leftover> left = new ArrayList<>();
    for (Leftover leftover : round.inventory()) {
      if (one.files().stream().anyMatch(trace -> trace.isOf(leftover))) {
        left.add(leftover);
      }
    }
    List<Item> items = round.handle(left);
    boolean isOld = wallMillis() - one.lifetime().toNanos() / 1_000_000 > FORGET_MILLIS;
    remember(dead, isOld ? List.of() : round.waiting, false);
    items.removeIf(item -> item.kind() != Item.Kind.MOVED && !isOld);
    if (!items.isEmpty()) {
      Incident before = incidents.of(one.ticket());
      write(
          before != null
              ? before.with(items)
              : new Incident(
                  one.ticket(), "died", "", 0, one.claims(), wallMillis(), false, items));
    }
  }

  /** One look at what one lease has left. */
  private final class Round {
    private final Pending.Case dead;
    private final boolean isForced;
    private final Layout layout;
    private final Proof.Case proved;
    private final List<Tree> trees = new ArrayList<>();
    private final List<Leftover> waiting = new ArrayList<>();
    private boolean isCutShort;

    Round(Pending.Case dead, boolean isForced) throws IOException {
      this.dead = dead;
      this.isForced = isForced;
      this.layout = Layout.of(common);
      this.proved =
          new Proof.Case(
              dead.lifetime(),
              Lifetime.isToldAt(journalDirectory),
              dead.claims(),
              dead.uid(),
              dead.others(),
              isForced ? Doubt.lasting("what ran under that lease may still live") : null);
      for (Tree tree : layout.trees()) {
        if (proved.holdsTree(tree.id())) {
          trees.add(tree);
        }
      }
    }

    List<Leftover> inventory() {
      Inventory inventory = new Inventory(layout, host::nanoTime, host.nanoTime() + MOST_NANOS);
      List<Leftover> found = inventory.take(trees);
      isCutShort = inventory.isCutShort();
      return found;
    }

    List<Item> unfinished() {
      return Sentinels.find(trees, dead.lifetime());
    }

    /** Moves aside what may go; notes in {@link #waiting} what is worth another try. */
    List<Item> handle(List<Leftover> found) throws IOException {
      List<Item> items = new ArrayList<>();
      if (isCutShort) {
        items.add(new Item(Item.Kind.NOTE, "", "not everything could be looked through"));
      }
      if (found.isEmpty()) {
        return items;
      }
      Proof proof = new Proof(withSurvivors(), survey, layout);
      for (Map.Entry<Leftover, Optional<Doubt>> one : proof.examine(found).entrySet()) {
        Leftover leftover = one.getKey();
        Doubt doubt = one.getValue().orElse(null);
        if (doubt == null) {
          doubt = undo.moveAside(leftover, dead.ticket());
        }
        if (doubt == null) {
          items.add(new Item(Item.Kind.MOVED, leftover.relative(), hint(leftover)));
          continue;
        }
        if (doubt.mayPass()) {
          waiting.add(leftover);
        }
        if (!isProbablyOthers(leftover) && !isOldNews(leftover)) {
          items.add(new Item(Item.Kind.KEPT, leftover.relative(), doubt.why()));
        }
      }
      return items;
    }

    private Proof.Case withSurvivors() {
      return isForced
          ? proved
          : new Proof.Case(
              proved.lifetime(),
              proved.isBirthTold(),
              proved.claims(),
              proved.uid(),
              proved.others(),
              survivor());
    }

    /** A living process that carries the lease's tag, wherever it is. */
    private @Nullable Doubt survivor() {
      for (int tries = 0; tries < MOST_TRIES; tries++) {
        try {
          return survivorOf(processes.carriers(LeaseTag.VARIABLE, dead.request(), -1));
        } catch (UncheckedIOException e) {
          // Some process was just ending: of those nothing can be said for a moment.
        }
      }
      return Doubt.passing("the processes could not all be looked at");
    }

    private @Nullable Doubt survivorOf(List<ProcessIdentity> carriers) {
      for (ProcessIdentity carrier : carriers) {
        String shown = Survivors.shown(survey, carrier);
        if (shown != null) {
          return Doubt.passing(
              "pid " + carrier.pid() + shown + ", started under that lease, lives");
        }
      }
      return null;
    }

    /** What all share changes hands all the time while others work: that is no news. */
    private boolean isProbablyOthers(Leftover leftover) {
      return leftover.tree() == null && !dead.others().isEmpty() && !proved.hasWhole();
    }

    /** A lock from before this lease, of which a record tells already. */
    private boolean isOldNews(Leftover leftover) {
      return leftover.bornNanos() - dead.lifetime().fromNanos() < -Lifetime.GRAIN_NANOS
          && incidents.list().stream().anyMatch(earlier -> tellsOf(earlier, leftover));
    }

    private boolean tellsOf(Incident earlier, Leftover leftover) {
      return earlier.endedMillis() >= leftover.bornNanos() / 1_000_000
          && earlier.items(Item.Kind.KEPT).stream()
              .anyMatch(item -> item.path().equals(leftover.relative()));
    }

    private String hint(Leftover leftover) {
      if (leftover.kind() != Leftover.Kind.HALF_TREE) {
        return "";
      }
      for (Tree tree : layout.trees()) {
        if (tree.gitDirectory().equals(leftover.file()) && tree.top() != null) {
          return "half-made; remove " + tree.top() + " if it is there and you do not need it";
        }
      }
      return "half-made";
    }
  }
}
