package dev.lockbroker.cli;

import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LeaseGroup;
import dev.lockbroker.core.git.IndexLock;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.Scope;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is done for git's sake when the lock is held and before the command starts. */
final class GitCare {
  private final Lockable place;
  private final Claims claims;
  private final RunEvents events;
  private final @Nullable GitLocks locks;

  private GitCare(Lockable place, Claims claims, RunEvents events, @Nullable GitLocks locks) {
    this.place = place;
    this.claims = claims;
    this.events = events;
    this.locks = locks;
  }

  /**
   * For a command that is to run under these claims.
   *
   * @param waits whether locks of git's own are waited for
   * @param budget how long; null for ever
   */
  static GitCare of(
      Lockable place,
      Claims claims,
      Host host,
      RunEvents events,
      boolean waits,
      @Nullable Duration budget,
      int exitCode) {
    IndexLock lock = waits && coversIndex(place, claims) ? IndexLock.of(place, host) : null;
    return new GitCare(
        place, claims, events, lock == null ? null : new GitLocks(lock, budget, exitCode, events));
  }

  private static boolean coversIndex(Lockable place, Claims claims) {
    String tree = place.worktree();
    return tree != null
        && claims.cover(Claims.of(LockMode.EXCLUSIVE, new Scope("/worktree/".concat(tree))));
  }

  /**
   * Tells what dead holders left, and waits for whoever has the index locked outside of us.
   *
   * @param askedNanos when the lease was asked for
   * @throws InterruptedException if a signal ended the wait
   */
  void before(LeaseGroup group, long askedNanos) throws InterruptedException {
    for (Lease lease : group.leases()) {
      if (lease.isInherited() && lease.repository().equals(place.shown())) {
        return;
      }
    }
    events.leftovers(place, claims);
    if (locks != null && locks.await(group, askedNanos)) {
      // What a dead holder had left may have been cleared only while we waited.
      events.leftovers(place, claims);
    }
  }
}
