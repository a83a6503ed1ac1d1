package dev.lockbroker.cli;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.Ticket;
import java.util.ArrayList;
import java.util.List;

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
   * Returns true when no lease is in the way of these claims, only requests that wait, in the end
   * for the command around us. None of them can begin before that has ended, so to pass them takes
   * nothing from anybody, while to stand behind them would be for ever.
   *
   * @return false if the command around us is in the way itself, or another lease is and does not
   *     end within {@link #PATIENCE_NANOS}: that one may wait for us
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
      return true;
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

  private static boolean isTaken(LockTable table, Claims wanted) {
    for (Ticket lease : table.held()) {
      if (lease.claims().conflictWith(wanted)) {
        return true;
      }
    }
    return false;
  }
}
