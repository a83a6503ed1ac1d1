package dev.lockbroker.cli;

import dev.lockbroker.client.ClientOptions;
import dev.lockbroker.client.InvalidRequestException;
import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LeaseGroup;
import dev.lockbroker.client.LockClient;
import dev.lockbroker.client.LockRequest;
import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.process.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a lease and leaves it to a process that is there already (PROTOCOL L7).
 *
 * <p>While it waits, its client is this lockctl, so that its place in the queue ends with it (L1);
 * the process is registered as the lease's worker before anybody is told of the lease, and from
 * then on keeps it alone: that lockctl ends is no more to the lease than if it had been killed
 * under its child (L4). Used once, by the thread that called it.
 */
final class ScriptLock {
  private static final long LOOK_MILLIS = 250;

  private final Settings settings;
  private final BoundProcess process;
  private final ShellCode code;
  private final RunEvents events;
  private final Signals signals = Signals.install();

  ScriptLock(Settings settings, BoundProcess process, ShellCode code, RunEvents events) {
    this.settings = settings;
    this.process = process;
    this.code = code;
    this.events = events;
  }

  /** Waits, binds, and prints what the shell is to evaluate; lockctl's exit code. */
  int take(ClientOptions options, LockRequest request, GitCare care) {
    try (LockClient client = open(options)) {
      long startNanos = System.nanoTime();
      watchProcess(Thread.currentThread());
      LeaseGroup group = acquire(client, request);
      boolean ready = group != null && isReady(group, care, startNanos);
      int signal = signals.endWait();
      if (group == null || !ready || signal != 0) {
        if (group != null) {
          group.close();
        }
        requireProcess();
        return ExitCode.SIGNAL + signal;
      }
      return bind(group, startNanos);
    }
  }

  private static LockClient open(ClientOptions options) {
    try {
      return LockClient.open(options);
    } catch (InvalidRequestException e) {
      throw new CliException(ExitCode.SETTINGS, Failures.explain(e));
    }
  }

  private @Nullable LeaseGroup acquire(LockClient client, LockRequest request) {
    WaitReporter reporter = events.waiting(0);
    try {
      return client.acquireAll(List.of(reporter == null ? request : request.onQueued(reporter)));
    } catch (InterruptedException e) {
      return null;
    } finally {
      if (reporter != null) {
        reporter.close();
      }
    }
  }

  private static boolean isReady(LeaseGroup group, GitCare care, long startNanos) {
    try {
      care.before(group, startNanos);
      return true;
    } catch (InterruptedException e) {
      return false;
    } catch (RuntimeException e) {
      group.close();
      throw e;
    }
  }

  private int bind(LeaseGroup group, long startNanos) {
    Lease lease = group.leases().get(0);
    lease.addProcess(process.pid(), process.identity().startTicks());
    try {
      requireProcess();
      lease.requireHeld();
    } catch (RuntimeException e) {
      // Nobody learns of it, so its process must not keep it either.
      giveBack(
          lease, tagOf(lease, group, settings.environment().getOrDefault(LeaseTag.VARIABLE, "")));
      throw e;
    }
    String outer = settings.environment().getOrDefault(LeaseTag.VARIABLE, "");
    LeaseTag tag = tagOf(lease, group, outer);
    Console.answer(code.lease(tag.encodeInside(outer)));
    if (Console.isBroken()) {
      return undelivered(lease, tag);
    }
    lease.leaveToProcesses();
    events.acquired(group, (System.nanoTime() - startNanos) / 1_000_000);
    return ExitCode.OK;
  }

  /** A lease that is joined is named once more, so that each release has its own. */
  private static LeaseTag tagOf(Lease lease, LeaseGroup group, String outer) {
    String value = lease.isInherited() ? outer : group.environment().get(LeaseTag.VARIABLE);
    for (LeaseTag tag : LeaseTag.decode(value == null ? "" : value)) {
      if (tag.ticket() == lease.ticket() && tag.token() == lease.token()) {
        return tag;
      }
    }
    throw new IllegalStateException("a lease without a tag");
  }

  private void giveBack(Lease lease, LeaseTag tag) {
    boolean isJoined = lease.isInherited();
    lease.leaveToProcesses();
    if (!isJoined) {
      ScriptRelease.Result unused = new ScriptRelease(settings).end(tag, process.identity());
    }
  }

  private int undelivered(Lease lease, LeaseTag tag) {
    giveBack(lease, tag);
    throw new CliException(
        ExitCode.IO, "nobody reads what 'lockctl acquire' prints; the lock was given back");
  }

  private void requireProcess() {
    if (settings.processes().judge(process.identity()) == Verdict.DEAD) {
      throw new CliException(
          ExitCode.NOT_ACQUIRED,
          "process " + process.pid() + ", which the lock was for, has ended; nothing is held");
    }
  }

  /** Nobody is left to wait for when the process has ended. */
  private void watchProcess(Thread waiter) {
    Thread watch =
        new Thread(
            () -> {
              while (settings.processes().judge(process.identity()) != Verdict.DEAD) {
                try {
                  Thread.sleep(LOOK_MILLIS);
                } catch (InterruptedException e) {
                  return;
                }
              }
              signals.interruptWait(waiter);
            },
            "bound process");
    watch.setDaemon(true);
    watch.start();
  }
}
