package dev.lockbroker.cli;

import dev.lockbroker.client.Lease;
import dev.lockbroker.client.LeaseGroup;
import dev.lockbroker.client.LossCause;
import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.Processes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does what {@code --on-lost} says, once, if a lease of a running command is lost. Thread-safe. */
final class LossHandler {
  private final OnLost policy;
  private final RunEvents events;
  private final Host host;
  private final Processes processes;
  private boolean settled;
  private @Nullable CompletableFuture<Void> ending;

  LossHandler(OnLost policy, RunEvents events, Host host, Processes processes) {
    this.policy = policy;
    this.events = events;
    this.host = host;
    this.processes = processes;
  }

  /** Begins to look after a command. An inherited lease is its own holder's business. */
  void watch(LeaseGroup group, Process command) {
    for (Lease lease : group.leases()) {
      if (!lease.isInherited()) {
        lease.onLost(
            new Consumer<>() {
              @Override
              public void accept(LossCause cause) {
                lost(lease, cause, command);
              }
            });
      }
    }
  }

  /** The name in the environment of its processes: there are those of outer leases as well. */
  private static String requestOf(Lease lease) {
    for (LeaseTag tag : LeaseTag.decode(lease.environment().getOrDefault(LeaseTag.VARIABLE, ""))) {
      if (tag.ticket() == lease.ticket()) {
        return tag.request().hex();
      }
    }
    throw new IllegalStateException("a lease that its environment does not name");
  }

  private synchronized void lost(Lease lease, LossCause cause, Process command) {
    CommandEnder ender = new CommandEnder(host, processes, requestOf(lease), command);
    // When we were stopped, the end of the command and the loss may be noticed in any order.
    if (settled || ending != null || ender.hasEnded()) {
      return;
    }
    events.lost(lease, cause, command.pid(), policy);
    if (policy == OnLost.TERM) {
      ending = CompletableFuture.runAsync(() -> end(ender), LossHandler::onThreadOfItsOwn);
    }
  }

  private static void onThreadOfItsOwn(Runnable task) {
    Thread thread = new Thread(task, "lockctl-loss");
    thread.setDaemon(true);
    thread.start();
  }

  private void end(CommandEnder ender) {
    List<Long> killed = ender.end();
    if (!killed.isEmpty()) {
      events.killed(killed);
    }
  }

  /** The command has ended: waits until all it started has, if that was begun. */
  void settle() {
    CompletableFuture<Void> begun;
    synchronized (this) {
      settled = true;
      begun = ending;
    }
    if (begun != null) {
      begun.join();
    }
  }
}
