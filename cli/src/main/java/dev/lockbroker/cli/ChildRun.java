package dev.lockbroker.cli;

import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.InvalidRequestException;
import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LeaseGroup;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockException;
import dev.lockbroker.client.LockRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One child under one lease, or under those of several repositories: asks, starts, waits for its
 * end, and only then gives the lock back (PROTOCOL.md L5). Used once, by the thread that called it.
 */
final class ChildRun {
  private final ClientOptions options;
  private final List<LockRequest> requests;
  private final List<String> command;
  private final RunEvents events;
  private final LossHandler losses;
  private final List<GitCare> cares;
  private final Signals signals = Signals.install();
  private Map<String, String> variables = Map.of();

  ChildRun(
      ClientOptions options,
      List<LockRequest> requests,
      List<String> command,
      RunEvents events,
      LossHandler losses,
      List<GitCare> cares) {
    this.options = options;
    this.requests = requests;
    this.command = command;
    this.events = events;
    this.losses = losses;
    this.cares = cares;
  }

  /** The same with these variables in the child's environment besides. */
  ChildRun with(Map<String, String> more) {
    variables = more;
    return this;
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
      LeaseGroup lease = acquire(client);
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
      throw new CliException(ExitCode.SETTINGS, Failures.explain(e));
    }
  }

  /** The lease; null if a signal ended the wait. */
  private @Nullable LeaseGroup acquire(LockClient client) {
    List<WaitReporter> reporters = new ArrayList<>();
    try {
      List<LockRequest> listening = new ArrayList<>();
      for (int i = 0; i < requests.size(); i++) {
        WaitReporter reporter = events.waiting(i);
        if (reporter != null) {
          reporters.add(reporter);
        }
        listening.add(reporter == null ? requests.get(i) : requests.get(i).onQueued(reporter));
      }
      return client.acquireAll(listening);
    } catch (InterruptedException e) {
      return null;
    } finally {
      for (WaitReporter reporter : reporters) {
        reporter.close();
      }
    }
  }

  /** False if a signal ended the wait. */
  private boolean isReady(LeaseGroup lease, long askedNanos) {
    try {
      for (GitCare care : cares) {
        care.before(lease, askedNanos);
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    } catch (RuntimeException e) {
      release(lease, 0);
      throw e;
    }
  }

  private int runUnder(LeaseGroup lease) throws IOException {
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

  private Process start(LeaseGroup lease) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    Map<String, String> environment = builder.environment();
    Commands.restoreLocale(environment);
    environment.putAll(variables);
    environment.putAll(lease.environment());
    // Under an inherited lease an ancestor's process is what keeps it.
    return lease.isInherited() ? builder.start() : lease.startInForeground(builder);
  }

  /** Its exit status, whatever interrupts the wait. */
  static int waitFor(Process child) {
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

  private void release(@Nullable LeaseGroup lease, int exit) {
    if (lease != null) {
      new LeaseEnd(signals, events).giveBack(lease, Lease.isSignalled(exit));
    }
  }
}
