package dev.lockbroker.cli;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.journal.Party;
import dev.lockbroker.core.journal.RunEntry;
import dev.lockbroker.core.journal.RunFolder;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Command.End;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Ticket;
import java.nio.file.Files;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives back leases that are bound to a process, on that process's behalf. */
final class ScriptRelease {
  /** What became of a lease that was to be given back. */
  enum Result {
    /** It was given back. */
    RELEASED,
    /** It had ended before. */
    GONE,
    /** It is held, and not bound to that process. */
    NOT_BOUND,
    /** It is held, and other processes registered for it live. */
    KEPT
  }

  /** Speaks for the process that gives its lease back. */
  private record Resigning(Ticket bound, RunEntry process) implements Party {
    @Override
    public boolean actsFor(Ticket ticket) {
      return false;
    }

    @Override
    public boolean vouchesFor(ProcessIdentity one) {
      return false;
    }

    @Override
    public boolean resigns(Ticket lease, RunEntry worker) {
      return lease.number() == bound.number() && worker.equals(process);
    }
  }

  private final Settings settings;

  ScriptRelease(Settings settings) {
    this.settings = settings;
  }

  /** Ends a lease that is bound to the process. */
  Result end(LeaseTag tag, ProcessIdentity process) {
    if (!Files.exists(tag.journalDirectory())) {
      return Result.GONE;
    }
    try (Arbiter arbiter = new Journals(settings).open(tag.journalDirectory())) {
      Ticket ticket = held(arbiter, tag);
      if (ticket == null) {
        return Result.GONE;
      }
      RunFolder folder = RunFolder.of(ticket);
      RunEntry entry = boundEntry(arbiter.workers(folder), ticket.client(), process);
      if (entry == null) {
        return Result.NOT_BOUND;
      }
      Outcome outcome =
          arbiter
              .transact(
                  List.of(new End(ticket.number(), EndReason.RELEASED)),
                  new Resigning(ticket, entry),
                  Arbiter.GUARD_PATIENCE_NANOS)
              .outcomes()
              .get(0);
      return outcome instanceof Outcome.Refused && held(arbiter, tag) != null
          ? Result.KEPT
          : Result.RELEASED;
    } catch (JournalException e) {
      throw new CliException(ExitCode.of(e), Failures.explain(e));
    }
  }

  private static @Nullable Ticket held(Arbiter arbiter, LeaseTag tag) throws JournalException {
    arbiter.look();
    Ticket ticket = arbiter.table().ticket(tag.ticket());
    boolean stands =
        ticket != null
            && ticket.isHeld()
            && ticket.requireHold().token() == tag.token()
            && ticket.request().equals(tag.request());
    return stands ? ticket : null;
  }

  private static @Nullable RunEntry boundEntry(
      List<RunEntry> entries, ProcessIdentity client, ProcessIdentity process) {
    for (RunEntry entry : entries) {
      ProcessIdentity worker = entry.identityFor(client);
      if (worker.equals(process) && RunEntry.isBound(worker, client)) {
        return entry;
      }
    }
    return null;
  }
}
