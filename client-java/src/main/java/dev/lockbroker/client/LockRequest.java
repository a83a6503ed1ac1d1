package dev.lockbroker.client;

import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.Scope;
import dev.lockbroker.core.table.Ticket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What to lock, in which mode, and how long to wait. Immutable: each method returns a changed copy.
 * Without further words it claims the whole repository, waits for ever, and is kept by heartbeats
 * with a ttl of 10 s.
 *
 * @param path anything inside the repository, or a path outside any
 * @param mode mode of the first claim
 * @param scope scope of the first claim; null for the path's own worktree
 * @param more further claims, granted together with the first or not at all
 * @param label what to call the holder; empty for the client's label
 * @param patience how long to wait; null for ever, zero not at all
 * @param ttl how long a lease stands without a heartbeat
 * @param kind what keeps it
 * @param owner whose leases may be entered again; null for the calling thread
 * @param listener told of its place in the queue
 */
public record LockRequest(
    Path path,
    LockMode mode,
    @Nullable Scope scope,
    List<Claim> more,
    String label,
    @Nullable Duration patience,
    Duration ttl,
    LeaseKind kind,
    @Nullable Object owner,
    @Nullable Consumer<QueueUpdate> listener) {

  private static final Duration DEFAULT_TTL = Duration.ofSeconds(10);

  /** Checks the ranges and copies the list. */
  public LockRequest {
    more = List.copyOf(more);
    if (patience != null && patience.isNegative()) {
      throw new InvalidRequestException("a wait cannot be negative: " + patience, null);
    }
    if (ttl.toMillis() < 1 || ttl.toMillis() > Ticket.MAX_TTL_MILLIS) {
      throw new InvalidRequestException("a ttl is 1 ms to 1 h, not " + ttl, null);
    }
    try {
      Ticket.checkLabel(label);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Everybody else is kept out of the whole repository. */
  public static LockRequest exclusive(Path path) {
    return of(path, LockMode.EXCLUSIVE);
  }

  /** Others may share the whole repository. */
  public static LockRequest shared(Path path) {
    return of(path, LockMode.SHARED);
  }

  private static LockRequest of(Path path, LockMode mode) {
    return new LockRequest(
        path, mode, Scope.ROOT, List.of(), "", null, DEFAULT_TTL, LeaseKind.LEASE, null, null);
  }

  /**
   * Claims only that part, like {@code /name/release}.
   *
   * @throws InvalidRequestException if it is no scope
   */
  public LockRequest scope(String part) {
    return new LockRequest(
        path, mode, scopeOf(part), more, label, patience, ttl, kind, owner, listener);
  }

  /** Claims only the worktree that the path is in: others of the repository go on. */
  public LockRequest worktree() {
    return new LockRequest(path, mode, null, more, label, patience, ttl, kind, owner, listener);
  }

  /**
   * Claims one more part.
   *
   * @throws InvalidRequestException if it is no scope
   */
  public LockRequest and(LockMode itsMode, String part) {
    List<Claim> longer = new ArrayList<>(more);
    longer.add(new Claim(itsMode, scopeOf(part)));
    return new LockRequest(path, mode, scope, longer, label, patience, ttl, kind, owner, listener);
  }

  /**
   * What others read of whom they wait for; at most 256 bytes.
   *
   * @throws InvalidRequestException if it is longer
   */
  public LockRequest label(String text) {
    return new LockRequest(path, mode, scope, more, text, patience, ttl, kind, owner, listener);
  }

  /**
   * Leaves the queue after that time.
   *
   * @throws InvalidRequestException if it is negative
   */
  public LockRequest waitAtMost(Duration limit) {
    return new LockRequest(path, mode, scope, more, label, limit, ttl, kind, owner, listener);
  }

  /** Waits until it is granted. */
  public LockRequest waitForever() {
    return new LockRequest(path, mode, scope, more, label, null, ttl, kind, owner, listener);
  }

  /** Is granted at once or not at all. */
  public LockRequest noWait() {
    return waitAtMost(Duration.ZERO);
  }

  /**
   * How long the lease stands without a heartbeat, 1 ms to 1 h. The SDK sends one every third of
   * it.
   *
   * @throws InvalidRequestException if it is out of range
   */
  public LockRequest ttl(Duration limit) {
    return new LockRequest(path, mode, scope, more, label, patience, limit, kind, owner, listener);
  }

  /**
   * The lease is kept by the life of processes, registered by {@link Lease#start} or {@link
   * Lease#addProcess}, instead of by heartbeats. For everything that runs git, which checks neither
   * time nor token.
   */
  public LockRequest keptByProcesses() {
    return new LockRequest(
        path, mode, scope, more, label, patience, ttl, LeaseKind.RUN, owner, listener);
  }

  /** A request of an owner that holds a covering lease enters that one again. */
  public LockRequest owner(Object who) {
    return new LockRequest(path, mode, scope, more, label, patience, ttl, kind, who, listener);
  }

  /**
   * Is told the place in the queue, at once when it has to wait and whenever place or holders
   * change. Called on a thread of the client's for callbacks, one call after the other.
   */
  public LockRequest onQueued(Consumer<QueueUpdate> told) {
    return new LockRequest(path, mode, scope, more, label, patience, ttl, kind, owner, told);
  }

  /**
   * The claims in a resolved repository.
   *
   * @throws InvalidRequestException if it claims a worktree where there is none
   */
  Claims claimsIn(Lockable lockable) {
    List<Claim> all = new ArrayList<>();
    all.add(new Claim(mode, scope != null ? scope : worktreeOf(lockable)));
    all.addAll(more);
    try {
      return new Claims(all);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Scope worktreeOf(Lockable lockable) {
    String worktree = lockable.worktree();
    if (worktree == null) {
      throw new InvalidRequestException(
          lockable.shown() + " has no worktree to lock; lock all of it, or name a scope", null);
    }
    return new Scope("/worktree/" + worktree);
  }

  private static Scope scopeOf(String text) {
    try {
      return new Scope(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(String.valueOf(e.getMessage()), e);
    }
  }
}
