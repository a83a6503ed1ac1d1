package dev.lockbroker.cli;

import dev.lockbroker.core.git.Incident;
import dev.lockbroker.core.git.NativeLocks;
import dev.lockbroker.core.journal.JournalException.Fault;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A repository as {@code status} shows it.
 *
 * @param path what a person calls it
 * @param journalDirectory where its journal is
 * @param tickets leases, then waiters
 * @param gitLocks lock files of git's own that are there
 * @param incidents what dead leases left behind, the latest first
 * @param trouble why the journal could not be read, or null
 * @param fault its kind, or null
 */
record RepositoryReport(
    Path path,
    Path journalDirectory,
    List<TicketReport> tickets,
    List<NativeLocks.View> gitLocks,
    List<Incident> incidents,
    @Nullable String trouble,
    @Nullable Fault fault) {
  /** What the trouble is worth, 0 without any. */
  int exitCode() {
    return fault == null ? ExitCode.OK : ExitCode.of(fault);
  }

  /** Whether only making the journal anew helps. */
  boolean isCorrupt() {
    return fault == Fault.CORRUPT;
  }
}
