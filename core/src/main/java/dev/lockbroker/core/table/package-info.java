/**
 * The lock table: a pure state machine without I/O, threads or a clock.
 *
 * <p>State is the fold of journal {@link dev.lockbroker.core.table.Entry entries}; {@link
 * dev.lockbroker.core.table.LockTable} is the only place where an entry changes anything, and every
 * rule about order, conflicts, tokens and refusals is in this package. Times are arguments, in
 * nanoseconds of {@code CLOCK_MONOTONIC}.
 */
@NullMarked
package dev.lockbroker.core.table;

import org.jspecify.annotations.NullMarked;
