package dev.lockbroker.core.journal;

import dev.lockbroker.core.git.GitAftermath;
import dev.lockbroker.core.journal.JournalException.Fault;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.InvariantViolation;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.Outcome;
import dev.lockbroker.core.table.Ticket;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs transactions on one journal: the door through which every lock is taken and given back, for
 * broker, client and administrator alike.
 *
 * <p>A transaction takes the guard, catches up with what others wrote, ends tickets behind which
 * nobody stands any more, carries out its commands, grants everything grantable (whoever asked for
 * it), writes all of that as one line, and reads it back before anything is told. Any trouble drops
 * what is remembered of the file, so that the next transaction starts from what is really there.
 *
 * <p>Confined to one thread at a time; several arbiters on one journal, in one JVM or in many
 * processes, exclude each other by the guard. May be called on any thread: a pending interrupt is
 * put aside and restored.
 */
public final class Arbiter implements Closeable {
  /** How long a grant waits to be picked up when nobody who knows its holder made it. */
  static final long PICK_UP_NANOS = 5_000_000_000L;

  /** A new request gives up on a busy guard after this; its holder is stopped or hangs. */
  public static final long GUARD_PATIENCE_NANOS = 5_000_000_000L;

  /** Waiting tickets behind others are looked at for dead clients this often. */
  private static final long SWEEP_NANOS = 100_000_000L;

  /** The guard may have been replaced while it was opened this often in one transaction. */
  private static final int MAX_MOVES = 50;

  private final Path place;
  private final JournalDirectory directory;
  private final Host host;
  private final Processes processes;
  private final Leeway leeway;

  /** No lambda, here and in {@link #transact}: linking one costs a command that is short. */
  private final Step<Boolean> lookStep =
      new Step<>() {
        @Override
        public Boolean take() throws IOException {
          return file.look();
        }
      };

  private final JournalFile file;
  private final Aftermath aftermath;
  private long lastSweepNanos;

  /** An arbiter on the journal in that directory, which is made on the first transaction. */
  public static Arbiter open(Path journalDirectory, Host host, Processes processes) {
    return new Arbiter(
        journalDirectory,
        new FileJournalDirectory(journalDirectory),
        host,
        processes,
        Leeway.REAL,
        GitAftermath.of(journalDirectory, host, processes));
  }

  /** Where no repository is around the journal. */
  Arbiter(Path place, JournalDirectory directory, Host host, Processes processes) {
    this(place, directory, host, processes, Leeway.REAL, Aftermath.NONE);
  }

  Arbiter(
      Path place,
      JournalDirectory directory,
      Host host,
      Processes processes,
      Leeway leeway,
      Aftermath aftermath) {
    this.place = place;
    this.aftermath = aftermath;
    this.directory = directory;
    this.host = host;
    this.processes = processes;
    this.leeway = leeway;
    this.file = new JournalFile(place, directory, host, leeway);
    this.lastSweepNanos = host.nanoTime() - SWEEP_NANOS;
  }

  /** The directory of the journal. */
  public Path place() {
    return place;
  }

  /** The tickets as of the last transaction or look; empty before the first. A live view. */
  public LockTable table() {
    return file.table();
  }

  /**
   * Looks at the journal without the guard. What it shows is true as a lower bound: a lease seen
   * may be believed until its {@code until}.
   *
   * @return null if nothing changed since the last turn
   * @throws JournalException if the journal cannot be read or trusted
   */
  public @Nullable Turn look() throws JournalException {
    try {
      boolean changed = uninterrupted(lookStep);
      return changed ? new Turn(List.of(), file.takeNews(), file.takeReplaced()) : null;
    } catch (IOException e) {
      file.forget();
      throw Faults.reading(place, e);
    }
  }

  /**
   * Whether a transaction would move the queue although the journal has not changed: a lease that
   * stands in a waiting ticket's way is gone, and no worker keeps it. Costs a look at each such
   * lease's client.
   */
  public boolean isStuckBehindGone(Party party) {
    long now = host.nanoTime();
    Reaper reaper = new Reaper(directory, processes, party);
    for (Ticket lease : table().obstacles(List.of())) {
      if (reaper.gone(lease, now) != null && !reaper.isKeptByWorker(lease)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether nobody stands behind a ticket any more, so that the next transaction in its way ends
   * it. Looks only.
   */
  boolean isGone(Ticket ticket) {
    Reaper reaper = new Reaper(directory, processes, Bystander.INSTANCE);
    return ticket.isHeld()
        ? reaper.gone(ticket, host.nanoTime()) != null && !reaper.isKeptByWorker(ticket)
        : reaper.isDead(ticket.client());
  }

  /**
   * Carries out commands and grants what can be granted, in one transaction.
   *
   * @param patienceNanos how long to try for the guard
   * @throws JournalException if nothing is known to have happened; ask again with the same request
   *     ids
   */
  public Turn transact(List<Command> commands, Party party, long patienceNanos)
      throws JournalException {
    long giveUp = host.nanoTime() + patienceNanos;
    try {
      // The commands of an interrupted attempt may have been carried out or not; each says which
      // ticket it means, so they are simply given again.
      return uninterrupted(
          new Step<Turn>() {
            @Override
            public Turn take() throws IOException {
              enter(giveUp);
              return run(commands, party);
            }
          });
    } catch (IOException e) {
      throw Faults.changing(place, e);
    } catch (UncheckedIOException e) {
      throw Faults.changing(place, new IOException(e.getMessage(), e));
    } catch (InvariantViolation e) {
      throw new JournalException(
          Fault.CORRUPT,
          "the lock journal in "
              + place
              + " cannot be continued: "
              + e.getMessage()
              + "; check that no git command runs there, then use 'lockctl reset'",
          e);
    }
  }

  /** What was cleared up after dead leases since the last call, a line each, not escaped. */
  public List<String> takeReports() {
    return aftermath.takeReports();
  }

  /** Registers a process as a worker of a lease; false if the lease has ended. */
  public boolean register(RunFolder folder, ProcessIdentity worker, long session)
      throws JournalException {
    RunEntry entry = new RunEntry(worker.pid(), worker.startTicks(), session);
    try {
      return uninterrupted(() -> directory.register(folder, entry));
    } catch (IOException e) {
      throw Faults.changing(place, e);
    }
  }

  /** The processes registered for a request, for people. */
  public List<RunEntry> workers(RunFolder folder) throws JournalException {
    try {
      return uninterrupted(() -> directory.runEntries(folder));
    } catch (IOException e) {
      throw Faults.reading(place, e);
    }
  }

  /**
   * Makes the folder in which this process is woken when somebody else has granted it a ticket of
   * this journal: to be watched, for a change of what is in it. A hint: it may stay away.
   */
  public Path hangBell() throws JournalException {
    try {
      return uninterrupted(() -> directory.hangBell(host.self()));
    } catch (IOException e) {
      throw Faults.changing(place, e);
    }
  }

  /** This process does not listen any more. */
  public void takeBellDown() {
    try {
      directory.takeBellDown(host.self());
    } catch (IOException e) {
      // It is swept when it is old.
    }
  }

  @Override
  public void close() {
    directory.forgetGuard();
  }

  /** Something that an interrupt breaks off, and that may be begun again then. */
  private interface Step<T> {
    T take() throws IOException;
  }

  /** An interrupt closes the channel that is in use; it is put aside, and all is done again. */
  private static <T> T uninterrupted(Step<T> step) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return step.take();
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Takes the guard and the journal that belongs to it. */
  private void enter(long giveUp) throws IOException {
    for (int moves = 0; moves < MAX_MOVES; moves++) {
      takeGuard(giveUp);
      boolean ready = false;
      try {
        ready = file.catchUp();
      } finally {
        if (!ready) {
          file.forget();
          directory.leave();
        }
      }
      if (ready) {
        return;
      }
      directory.forgetGuard();
    }
    throw new JournalException(
        Fault.GUARD_BUSY,
        place + " is being removed and made again and again; stop whoever does it");
  }

  private void takeGuard(long giveUp) throws IOException {
    long pauseNanos = 20_000;
    while (!tryEnter()) {
      if (host.nanoTime() - giveUp >= 0) {
        throw new JournalException(
            Fault.GUARD_BUSY, directory.guardHolder().sentence(place.resolve("guard")));
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException(); // nobody can park like this
      }
      leeway.pause(pauseNanos);
      pauseNanos = Math.min(2 * pauseNanos, 2_000_000);
    }
  }

  /** A directory that vanishes while it is opened is no trouble of the caller's: try again. */
  private boolean tryEnter() throws IOException {
    try {
      return directory.enter();
    } catch (NoSuchFileException e) {
      if (Faults.isGone(place)) {
        throw e;
      }
      directory.forgetGuard();
      return false;
    }
  }

  private Turn run(List<Command> commands, Party party) throws IOException {
    boolean done = false;
    Set<ProcessIdentity> toWake = Set.of();
    try {
      Transaction transaction =
          new Transaction(
              file.table(),
              new Reaper(directory, processes, party),
              directory,
              party,
              aftermath,
              host);
      transaction.reap(commands, isTimeToSweep(transaction.nowNanos()));
      List<Outcome> outcomes = transaction.carryOut(commands);
      transaction.grantAll();
      file.write(transaction.entries(), transaction.nowNanos());
      Turn turn = new Turn(transaction.settled(outcomes), file.takeNews(), file.takeReplaced());
      toWake = transaction.toWake();
      done = true;
      return turn;
    } finally {
      if (!done) {
        file.forget();
      }
      directory.leave();
      // Outside, where nobody waits for it (T9).
      for (ProcessIdentity client : toWake) {
        directory.ring(client);
      }
    }
  }

  private boolean isTimeToSweep(long nowNanos) {
    boolean due = nowNanos - lastSweepNanos >= SWEEP_NANOS;
    if (due) {
      lastSweepNanos = nowNanos;
    }
    return due;
  }
}
