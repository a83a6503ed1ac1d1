package dev.lockbroker.cli;

import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.InvalidRequestException;
import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockException;
import dev.lockbroker.client.LockRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One child under one lease: asks, starts, waits for its end, and only then gives the lock back
 * (PROTOCOL.md L5). Used once, by the thread that called it.
 */
final class ChildRun {
  private final ClientOptions options;
  private final LockRequest request;
  private final List<String> command;
  private final RunEvents events;
  private final LossHandler losses;
  private final GitCare care;
  private final Signals signals = Signals.install();

  ChildRun(
      ClientOptions options,
      LockRequest request,
      List<String> command,
      RunEvents events,
      LossHandler losses,
      GitCare care) {
    this.options = options;
    this.request = request;
    this.command = command;
    this.events = events;
    this.losses = losses;
    this.care = care;
  }

  /**
   * Returns the child's exit status, or 128 + n if signal n ended the wait for the lock.
   *
   * @throws LockException if the lock was not obtained, or lost before the child was started
   * @throws IOException if the child could not be started
   */
  int run() throws IOException {
    try (LockClient client = open()) {
      long startNanos = System.nanoTime();
      Lease lease = acquire(client);
      boolean ready = lease != null && isReady(lease, startNanos);
      int signal = signals.endWait();
      if (lease == null || !ready || signal != 0) {
        release(lease, 0);
        return ExitCode.SIGNAL + signal;
      }
      events.acquired(lease, (System.nanoTime() - startNanos) / 1_000_000);
      return runUnder(lease);
    }
  }

  private LockClient open() {
    try {
      return LockClient.open(options);
    } catch (InvalidRequestException e) {
      throw new CliException(ExitCode.SETTINGS, CommandLines.explain(e));
    }
  }

  /** The lease; null if a signal ended the wait. */
  private @Nullable Lease acquire(LockClient client) {
    try (WaitReporter reporter = events.waiting()) {
      return client.acquire(reporter == null ? request : request.onQueued(reporter));
    } catch (InterruptedException e) {
      return null;
    }
  }

  /** False if a signal ended the wait. */
  private boolean isReady(Lease lease, long askedNanos) {
    try {
      care.before(lease, askedNanos);
      return true;
    } catch (InterruptedException e) {
      return false;
    } catch (RuntimeException e) {
      release(lease, 0);
      throw e;
    }
  }

  private int runUnder(Lease lease) throws IOException {
    int exit;
    try {
      Process child = start(lease);
      signals.passTo(child);
      losses.watch(lease, child);
      exit = waitFor(child);
      losses.settle();
      if (exit == ExitCode.NOT_ACQUIRED) {
        // Either the command says so, or it was never run because the lease had lapsed.
        lease.requireHeld();
      }
    } catch (IOException | RuntimeException e) {
      release(lease, 0);
      throw e;
    }
    release(lease, exit);
    events.released(lease, exit);
    return exit;
  }

  private Process start(Lease lease) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    Map<String, String> environment = builder.environment();
    Commands.restoreLocale(environment);
    environment.putAll(lease.environment());
    // Under an inherited lease an ancestor's process is what keeps it.
    return lease.isInherited() ? builder.start() : lease.start(builder);
  }

  private static int waitFor(Process child) {
    int exit = -1;
    while (exit < 0) {
      try {
        exit = child.waitFor();
      } catch (InterruptedException e) {
        // Nobody interrupts this thread any more, and its child must be waited for.
        exit = -1;
      }
    }
    return exit;
  }

  private void release(@Nullable Lease lease, int exit) {
    if (lease != null) {
      new LeaseEnd(signals, events).giveBack(lease, Lease.isSignalled(exit));
    }
  }
}
