package dev.lockbroker.client;

import java.time.Duration;

/**
 * Somebody who holds what another one waits for, for people to read. Text in it is escaped and may
 * be printed.
 *
 * @param ticket the lease's ticket number
 * @param token its fencing token
 * @param pid the process at work, or the client's where none is registered
 * @param label what its client calls itself
 * @param command the command line of that process; empty if it cannot be seen
 * @param state {@code running}, {@code stopped}, {@code orphaned} or {@code unknown}
 * @param held for how long
 * @param claims {@code X:/worktree/a}, several joined by commas
 */
public record HolderView(
    long ticket,
    long token,
    long pid,
    String label,
    String command,
    String state,
    Duration held,
    String claims) {}
