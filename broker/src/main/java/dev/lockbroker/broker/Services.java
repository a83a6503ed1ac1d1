package dev.lockbroker.broker;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.Processes;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What the parts of a broker share; all of it is safe for use by several threads.
 *
 * @param pool where everything runs that may block
 * @param timer only hands work to the pool
 */
record Services(
    Host host,
    Processes processes,
    ProcessFinder finder,
    LiveClients live,
    Executor pool,
    ScheduledExecutorService timer,
    Watchers watchers,
    Deadlocks deadlocks) {}
