/**
 * Who a process is, and whether it still lives.
 *
 * <p>A process is named by its pid, its start and its pid namespace, never by the pid alone: pids
 * are used again. It is called dead only on proof; whatever cannot be judged counts as alive,
 * because a lock given away too early is worse than one that is given late.
 */
@NullMarked
package dev.lockbroker.core.process;

import org.jspecify.annotations.NullMarked;
