package dev.lockbroker.cli;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.Scope;
import dev.lockbroker.core.table.Ticket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the command around this one holds in the same repository: a git hook is a command inside
 * another. Only what is missing is asked for, else {@code git stash} in a hook of {@code git
 * commit} would wait for the working tree that the commit has.
 */
final class Nested {
  private static final long PATIENCE_NANOS = 10_000_000_000L;
  private static final long PAUSE_MILLIS = 25;

  private final Settings settings;
  private final Lockable place;
  private final List<LeaseTag> around;

  private Nested(Settings settings, Lockable place, List<LeaseTag> around) {
    this.settings = settings;
    this.place = place;
    this.around = around;
  }

  /** Reads the journal only if there is something around us. */
  static Nested in(Lockable place, Settings settings) {
    String value = settings.environment().getOrDefault(LeaseTag.VARIABLE, "");
    Nested nested = new Nested(settings, place, new ArrayList<>());
    if (!value.isEmpty()) {
      nested.collect(value);
    }
    return nested;
  }

  private void collect(String value) {
    List<LeaseTag> here = new ArrayList<>();
    try {
      for (LeaseTag tag : LeaseTag.decode(value)) {
        if (tag.journalDirectory().equals(place.journalDirectory())) {
          here.add(tag);
        }
      }
    } catch (IllegalArgumentException e) {
      // The request says what is wrong with it.
      return;
    }
    if (!here.isEmpty()) {
      keepHeld(here);
    }
  }

  private void keepHeld(List<LeaseTag> here) {
    try (Arbiter arbiter = new Journals(settings).open(place.journalDirectory())) {
      arbiter.look();
      for (LeaseTag tag : here) {
        if (isHeld(arbiter.table(), tag)) {
          around.add(tag);
        }
      }
    } catch (JournalException e) {
      // The request says what is wrong with it.
      around.clear();
    }
  }

  private static boolean isHeld(LockTable table, LeaseTag tag) {
    Ticket ticket = table.ticket(tag.ticket());
    return ticket != null
        && ticket.isHeld()
        && ticket.requireHold().token() == tag.token()
        && ticket.request().equals(tag.request());
  }

  /** Whether the working tree that we are in is ours alone because of what is held around us. */
  boolean holdsWorktree() {
    String tree = place.worktree();
    return isCovered(
        new Claim(
            LockMode.EXCLUSIVE, tree == null ? Scope.ROOT : new Scope("/worktree/".concat(tree))));
  }

  /** Whether anything is held around us here. */
  boolean isInside() {
    return !around.isEmpty();
  }

  /** Those that nobody around us holds already. */
  List<Claim> missing(List<Claim> wanted) {
    if (around.isEmpty()) {
      return wanted;
    }
    List<Claim> missing = new ArrayList<>();
    for (Claim claim : wanted) {
      if (!isCovered(claim)) {
        missing.add(claim);
      }
    }
    return missing;
  }

  private boolean isCovered(Claim claim) {
    for (LeaseTag tag : around) {
      for (Claim held : tag.claims().list()) {
        if (held.covers(claim)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Returns true when no lease is in the way of these claims, only requests that wait for the
   * command around us, and one of these keeps every newcomer from each of the claims. None of them
   * can begin before that command has ended, so to pass them takes nothing from anybody, while to
   * stand behind them would be for ever.
   *
   * <p>What is left open: such a request may give up while we work, and a newcomer take its place.
   *
   * @return false if the command around us is in the way itself, or another lease is and does not
   *     end within {@link #PATIENCE_NANOS}: that one may wait for us; or if somebody could begin
   */
  boolean awaitWaitersOnly(List<Claim> missing) throws InterruptedException {
    Claims wanted = new Claims(missing);
    if (around.isEmpty() || isRefusedByOwn(wanted)) {
      return false;
    }
    long startNanos = System.nanoTime();
    try (Arbiter arbiter = new Journals(settings).open(place.journalDirectory())) {
      arbiter.look();
      while (isTaken(arbiter.table(), wanted)) {
        if (System.nanoTime() - startNanos >= PATIENCE_NANOS) {
          return false;
        }
        Thread.sleep(PAUSE_MILLIS);
        arbiter.look();
      }
      return isShielded(arbiter.table(), missing);
    } catch (JournalException e) {
      return false;
    }
  }

  private boolean isRefusedByOwn(Claims wanted) {
    for (LeaseTag tag : around) {
      if (tag.claims().conflictWith(wanted)) {
        return true;
      }
    }
    return false;
  }

  /** Whether nobody who wants one of these can begin before the command around us has ended. */
  private boolean isShielded(LockTable table, List<Claim> missing) {
    Claims wanted = new Claims(missing);
    Set<Claim> shielded = new HashSet<>();
    for (Ticket waiter : table.waiting()) {
      boolean waitsForOurs = isRefusedByOwn(waiter.claims());
      if (waiter.claims().conflictWith(wanted) && !waitsForOurs) {
        return false;
      }
      for (Claim claim : missing) {
        if (waitsForOurs && covers(waiter.claims(), claim)) {
          shielded.add(claim);
        }
      }
    }
    return shielded.containsAll(missing);
  }

  private static boolean covers(Claims claims, Claim one) {
    return claims.cover(new Claims(List.of(one)));
  }

  private static boolean isTaken(LockTable table, Claims wanted) {
    for (Ticket lease : table.held()) {
      if (lease.claims().conflictWith(wanted)) {
        return true;
      }
    }
    return false;
  }
}
