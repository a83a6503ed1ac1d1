/**
 * The journal: one append-only file per repository that says who waits and who holds, and the guard
 * around each change of it.
 *
 * <p>{@link dev.lockbroker.core.journal.Arbiter} is the door: everybody who changes a lock, be it
 * the broker for its sessions, a client for itself or an administrator, runs the same transaction.
 * Every byte that is read is treated as somebody else's.
 */
@NullMarked
package dev.lockbroker.core.journal;

import org.jspecify.annotations.NullMarked;
