package dev.lockbroker.client;

import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Inside;
import dev.lockbroker.core.table.RequestId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which leases can be entered again instead of being waited for: those of the same owner, and those
 * that this process inherited by its environment. Thread-safe.
 */
final class Holdings {
  private final Engine engine;
  private final List<LeaseTag> inherited;
  private final List<Holding> held = new ArrayList<>();

  /**
   * Reads the inherited leases.
   *
   * @throws InvalidRequestException if {@code LOCKBROKER_LEASE} is malformed
   */
  Holdings(Engine engine) {
    this.engine = engine;
    try {
      this.inherited =
          LeaseTag.decode(engine.options().environment().getOrDefault(LeaseTag.VARIABLE, ""));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(
          LeaseTag.VARIABLE + " is malformed (" + e.getMessage() + "); unset it", e);
    }
  }

  /**
   * A standing lease that covers what is asked for, entered once more; null if the request has to
   * go its way.
   *
   * @throws WouldDeadlockException if it would wait for a lease of its own owner or ancestor
   * @throws UnavailableException if nobody can say whether the ancestor's lease still stands
   */
  @Nullable Holding enter(Object owner, Lockable lockable, Claims claims) {
    Holding own = enterOwn(owner, lockable, claims);
    return own != null ? own : enterInherited(lockable, claims);
  }

  private @Nullable Holding enterOwn(Object owner, Lockable lockable, Claims claims) {
    for (Holding holding : ofOwner(owner, lockable)) {
      // Whether it stands may take a look at the journal: not inside the monitor.
      if (holding.stands(engine)) {
        if (holding.claims().cover(claims) && enterAgain(holding)) {
          return holding;
        }
        refuseIfConflicting(holding.claims(), claims, lockable, "its own owner holds");
      }
    }
    return null;
  }

  private synchronized List<Holding> ofOwner(Object owner, Lockable lockable) {
    List<Holding> found = new ArrayList<>();
    for (Holding holding : held) {
      if (holding.owner().equals(owner)
          && holding.journalDirectory().equals(lockable.journalDirectory())) {
        found.add(holding);
      }
    }
    return found;
  }

  /** False if it was left for the last time meanwhile. */
  private synchronized boolean enterAgain(Holding holding) {
    boolean there = held.contains(holding);
    holding.entered += there ? 1 : 0;
    return there;
  }

  private @Nullable Holding enterInherited(Lockable lockable, Claims claims) {
    for (LeaseTag tag : inherited) {
      if (tag.journalDirectory().equals(lockable.journalDirectory()) && stands(tag)) {
        if (tag.claims().cover(claims)) {
          return new Holding(tag);
        }
        refuseIfConflicting(tag.claims(), claims, lockable, "the command around it holds");
      }
    }
    return null;
  }

  /** Taking a lease that nobody can see for ended would mean to wait for one's own ancestor. */
  private boolean stands(LeaseTag tag) {
    try {
      return Holding.isShownHeld(engine, tag);
    } catch (JournalException e) {
      throw UnavailableException.of(e);
    }
  }

  private static void refuseIfConflicting(
      Claims mine, Claims asked, Lockable lockable, String whose) {
    if (mine.conflictWith(asked)) {
      throw new WouldDeadlockException(
          "waiting for "
              + asked
              + " of "
              + lockable.shown()
              + " would never end: "
              + whose
              + " "
              + mine
              + "; claim at most that, or claim more from the beginning");
    }
  }

  /** What the owner holds: its own leases of this client, latest first, and the inherited ones. */
  synchronized Nesting nestingOf(Object owner) {
    List<RequestId> requests = new ArrayList<>();
    Map<Path, Path> places = new HashMap<>();
    for (Holding holding : held) {
      TicketAgent agent = holding.agent();
      if (agent != null && holding.owner().equals(owner)) {
        requests.add(0, agent.id());
        places.put(holding.journalDirectory(), agent.lockable().shown());
      }
    }
    for (LeaseTag tag : inherited) {
      requests.add(tag.request());
      places.putIfAbsent(tag.journalDirectory(), tag.shown());
    }
    return requests.isEmpty() ? Nesting.NONE : new Nesting(Inside.firstOf(requests), places);
  }

  synchronized Holding add(Object owner, TicketAgent agent) {
    Holding holding = new Holding(owner, agent);
    held.add(holding);
    return holding;
  }

  /** Leaves it once; true if that was the last time and its ticket is to be released. */
  synchronized boolean leave(Holding holding) {
    holding.entered--;
    if (holding.entered > 0) {
      return false;
    }
    held.remove(holding);
    return !holding.isInherited();
  }

  /** Takes back the last {@link #leave} because the release was refused. */
  synchronized void stay(Holding holding) {
    holding.entered++;
    held.add(holding);
  }
}
