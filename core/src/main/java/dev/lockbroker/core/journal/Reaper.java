package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.process.Verdict;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules of life (PROTOCOL L1–L7) on real processes and run folders: which tickets may be ended
 * because nobody stands behind them any more. Lives for one transaction, so that each process is
 * looked at once.
 */
final class Reaper {
  private static final int MOST_CLEARINGS = 10;

  private final JournalDirectory directory;
  private final Processes processes;
  private final Party party;
  private final Map<ProcessIdentity, Verdict> verdicts = new HashMap<>();
  private @Nullable ProcessIdentity lastAsked;
  private boolean lastIsDead;

  Reaper(JournalDirectory directory, Processes processes, Party party) {
    this.directory = directory;
    this.processes = processes;
    this.party = party;
  }

  /** Whether the client is dead, on proof. In a long queue many in a row are of one client. */
  boolean isDead(ProcessIdentity client) {
    if (!client.equals(lastAsked)) {
      lastIsDead = lookWhetherDead(client);
      lastAsked = client;
    }
    return lastIsDead;
  }

  private boolean lookWhetherDead(ProcessIdentity client) {
    if (party.vouchesFor(client)) {
      return false;
    }
    Verdict known = verdicts.get(client);
    if (known == null) {
      known = processes.judge(client);
      verdicts.put(client, known);
    }
    return known == Verdict.DEAD;
  }

  /** L2: nobody refreshed the lease in time, or its client is dead. Null if neither. */
  @Nullable EndReason gone(Ticket lease, long nowNanos) {
    if (isDead(lease.client())) {
      return EndReason.DIED;
    }
    return lease.isLapsed(nowNanos) ? EndReason.EXPIRED : null;
  }

  /**
   * L3, L4: whether a lease that is gone may be ended now. For {@link LeaseKind#RUN} that needs
   * every worker dead and the run folder removed, which from then on keeps any worker from
   * starting.
   */
  boolean mayEndGone(Ticket lease) throws IOException {
    return lease.kind() == LeaseKind.LEASE || removeRun(lease, true);
  }

  /** Whether a registered worker may live. Looks only; an unreadable folder counts as a worker. */
  boolean isKeptByWorker(Ticket lease) {
    try {
      return lease.kind() == LeaseKind.RUN
          && anyAlive(lease, directory.runEntries(RunFolder.of(lease)));
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * L5: whether a lease may be ended by its client. Not before descendants have ended, too, if its
   * worker did by violence (R6), which the client says with {@link EndReason#DIED}.
   */
  boolean mayRelease(Ticket ticket, EndReason reason) throws IOException {
    if (ticket.kind() == LeaseKind.LEASE) {
      return true;
    }
    if (!ticket.isHeld()) {
      clearRun(ticket);
      return true;
    }
    return removeRun(ticket, reason == EndReason.DIED);
  }

  /**
   * Removes the run folder whatever is in it: for a ticket never held, or ended by force. A command
   * that registers itself at this moment makes it fail, hence again; only what is none of our
   * entries can make it fail for good.
   */
  void clearRun(Ticket ticket) throws IOException {
    boolean cleared = ticket.kind() != LeaseKind.RUN;
    for (int tries = 0; !cleared && tries < MOST_CLEARINGS; tries++) {
      for (RunEntry entry : directory.runEntries(RunFolder.of(ticket))) {
        directory.unregister(RunFolder.of(ticket), entry);
      }
      cleared = directory.removeRun(RunFolder.of(ticket));
    }
  }

  /** Removing is the only proof: an entry made at this moment makes it fail. */
  private boolean removeRun(Ticket lease, boolean violently) throws IOException {
    List<RunEntry> entries = directory.runEntries(RunFolder.of(lease));
    if (anyAlive(lease, entries) || (violently && adoptDescendants(lease, entries))) {
      return false;
    }
    for (RunEntry entry : entries) {
      directory.unregister(RunFolder.of(lease), entry);
    }
    return directory.removeRun(RunFolder.of(lease));
  }

  private boolean anyAlive(Ticket lease, List<RunEntry> entries) {
    for (RunEntry entry : entries) {
      if (party.resigns(lease, entry)) {
        continue;
      }
      ProcessIdentity worker = entry.identityFor(lease.client());
      if (processes.judge(worker) != Verdict.DEAD) {
        return true;
      }
    }
    return false;
  }

  /**
   * R6: what a killed worker started and what still runs in its session (a git hook) keeps the
   * lease. It is registered before the dead worker's entry goes.
   */
  private boolean adoptDescendants(Ticket lease, List<RunEntry> dead) throws IOException {
    boolean found = false;
    for (RunEntry worker : dead) {
      try {
        for (ProcessIdentity heir :
            processes.carriers(LeaseTag.VARIABLE, lease.request().hex(), worker.session())) {
          found |= adopt(lease, worker, heir);
        }
      } catch (UncheckedIOException e) {
        // Not every process could be looked at: any doubt keeps the lease.
        return true;
      }
    }
    return found;
  }

  /** An heir that has another number where the client lives cannot be written down: it is seen. */
  private boolean adopt(Ticket lease, RunEntry worker, ProcessIdentity heir) throws IOException {
    return heir.pidNamespace() != lease.client().pidNamespace()
        || directory.register(
            RunFolder.of(lease), new RunEntry(heir.pid(), heir.startTicks(), worker.session()));
  }
}
