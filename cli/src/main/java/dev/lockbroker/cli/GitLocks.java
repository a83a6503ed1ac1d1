package dev.lockbroker.cli;

import dev.lockbroker.client.LeaseGroup;
import dev.lockbroker.core.git.IndexLock;
import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.process.ProcessSight;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Waits, under the lease and before the command starts, until nobody outside Lockbroker (an IDE, a
 * person) has the index of the working tree locked. Costs one look at the disk when it is free.
 *
 * <p>The lock file itself is never touched: if its maker is nowhere to be seen and it does not
 * change, we stop waiting and say so.
 */
final class GitLocks {
  /** Nobody works on a file for so long without being seen or changing it. */
  private static final long LONELY_NANOS = 10_000_000_000L;

  private static final long PATIENCE_NANOS = 1_000_000_000L;
  private static final long RENEW_NANOS = 250_000_000L;
  private static final long POLL_MILLIS = 25;

  /** Looking at all processes takes milliseconds: not at every poll. */
  private static final long LOOK_NANOS = 250_000_000L;

  private final IndexLock lock;
  private final @Nullable Duration budget;
  private final int exitCode;
  private final RunEvents events;

  private long startNanos;
  private long lonelySinceNanos;
  private String identity = "";
  private String told = "";

  /**
   * A wait that has not begun.
   *
   * @param budget how long to wait for the lock and this together; null for ever
   * @param exitCode what to end with when it is used up
   */
  GitLocks(IndexLock lock, @Nullable Duration budget, int exitCode, RunEvents events) {
    this.lock = lock;
    this.budget = budget;
    this.exitCode = exitCode;
    this.events = events;
  }

  /**
   * Returns when the index is free.
   *
   * @param askedNanos when the lease was asked for, which is when the budget began
   * @return whether it was not free from the beginning
   * @throws CliException if it is not, within the budget, or as far as can be foreseen
   * @throws InterruptedException if a signal ended the wait
   */
  boolean await(LeaseGroup leases, long askedNanos) throws InterruptedException {
    if (!lock.isThere()) {
      return false;
    }
    startNanos = System.nanoTime();
    lonelySinceNanos = startNanos;
    long renewNanos = startNanos;
    long lookNanos = startNanos;
    while (lock.isThere()) {
      long now = System.nanoTime();
      if (now - renewNanos >= 0) {
        // Nothing else keeps the leases before their command has started.
        leases.renew();
        renewNanos = now + RENEW_NANOS;
      }
      if (now - lookNanos >= 0 && !look(now, askedNanos)) {
        return true;
      }
      lookNanos = now - lookNanos >= 0 ? now + LOOK_NANOS : lookNanos;
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }

  /** False if there is nothing to wait for. */
  private boolean look(long now, long askedNanos) {
    IndexLock.View view = lock.look();
    if (view == null || isOfAncestor(view)) {
      return false;
    }
    if (!view.suspects().isEmpty() || !view.identity().equals(identity)) {
      lonelySinceNanos = now;
      identity = view.identity();
    }
    if (budget != null && now - askedNanos >= nanos(budget)) {
      throw new CliException(
          exitCode,
          file()
              + ", "
              + made(view)
              + ", was not removed within the wait; wait longer, or see what keeps it");
    }
    if (now - lonelySinceNanos >= LONELY_NANOS) {
      throw new CliException(
          exitCode,
          file()
              + " was made "
              + Durations.show(view.ageMillis())
              + " ago and no process is to be seen that could still need it; if no git or IDE"
              + " works there, remove it: rm "
              + Shown.quoted(lock.file().toString()));
    }
    if (now - startNanos >= PATIENCE_NANOS && !told.equals(who(view))) {
      told = who(view);
      events.gitLock(lock.file(), view, "waiting for " + file() + ", " + made(view));
    }
    return true;
  }

  /** We are in a hook of the very git that made it: it waits for us. */
  private static boolean isOfAncestor(IndexLock.View view) {
    Optional<ProcessHandle> ancestor = ProcessHandle.current().parent();
    while (ancestor.isPresent()) {
      long pid = ancestor.get().pid();
      if (view.suspects().stream().anyMatch(suspect -> suspect.pid() == pid)) {
        return true;
      }
      ancestor = ancestor.get().parent();
    }
    return false;
  }

  private static long nanos(Duration time) {
    return time.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE / 2 : time.toNanos();
  }

  private String file() {
    return Shown.path(lock.file());
  }

  /** {@code made 3 s ago by pid 4711 'git commit' (not under lockbroker)}. */
  private static String made(IndexLock.View view) {
    return "made " + Durations.show(view.ageMillis()) + " ago by " + who(view);
  }

  private static String who(IndexLock.View view) {
    if (view.suspects().isEmpty()) {
      return "nobody who is to be seen";
    }
    ProcessSight first = view.suspects().get(0);
    int others = view.suspects().size() - 1;
    return "pid "
        + first.pid()
        + " '"
        + Printable.text(first.shown())
        + "'"
        + (others > 0 ? " or " + Shown.count(others, "other") : "")
        + " (not under lockbroker)";
  }
}
