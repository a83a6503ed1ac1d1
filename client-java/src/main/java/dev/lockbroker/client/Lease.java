package dev.lockbroker.client;

import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.LeaseKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A granted lock. Given back by {@link #close}; prolonged by its client meanwhile.
 *
 * <p>A lease kept by heartbeats is believed exactly until the deadline that stands in the journal:
 * check {@link #requireHeld} before each effect, or hand {@link #token} to whatever can refuse an
 * older one. A lease kept by processes stands as long as they live, stopped or not.
 *
 * <p>Thread-safe.
 */
public final class Lease implements AutoCloseable {
  /** From here to 64 more, an exit status tells of a signal. */
  private static final int SIGNALLED = 128;

  private static final int MOST_SIGNALS = 64;

  private final Engine engine;
  private final Holdings holdings;
  private final Holding holding;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final List<Process> started = new CopyOnWriteArrayList<>();

  Lease(Engine engine, Holdings holdings, Holding holding) {
    this.engine = engine;
    this.holdings = holdings;
    this.holding = holding;
  }

  /** Its ticket number, which names it in {@code lockctl status} and {@code force-release}. */
  public long ticket() {
    return holding.ticket();
  }

  /** What a person calls the repository: the top of its main working tree, where that is known. */
  public Path repository() {
    return holding.shown();
  }

  /** The fencing token: higher than that of every lease granted in the repository before. */
  public long token() {
    return holding.token();
  }

  /**
   * Whether an ancestor process holds it (by {@code LOCKBROKER_LEASE}); it has no ticket of its
   * own.
   */
  public boolean isInherited() {
    return holding.isInherited();
  }

  /** Whether it is held at this moment. May look at the journal. */
  public boolean isHeld() {
    return !closed.get() && holding.stands(engine);
  }

  /**
   * Returns if it is held at this moment.
   *
   * @throws LeaseLostException if it is not, and why
   */
  public void requireHeld() {
    if (isHeld()) {
      return;
    }
    TicketAgent agent = holding.agent();
    if (agent != null) {
      throw Refusals.lost(agent);
    }
    throw new LeaseLostException(
        "the lease of the command around this one (ticket " + ticket() + ") has ended; stop");
  }

  /**
   * Is told once if the lease ends without having been given back, at once if that has happened
   * already; on a thread of the client's for callbacks. Not for an inherited lease.
   */
  public Lease onLost(Consumer<LossCause> listener) {
    TicketAgent agent = holding.agent();
    if (agent != null) {
      agent.onLost(listener);
    }
    return this;
  }

  /** The variables that let a child process work under this lease. */
  public Map<String, String> environment() {
    if (isInherited()) {
      return Map.of();
    }
    String outer = engine.options().environment().getOrDefault(LeaseTag.VARIABLE, "");
    return Map.of(LeaseTag.VARIABLE, holding.tag().encodeInside(outer));
  }

  /**
   * Starts a command that keeps this lease for as long as it lives, whatever becomes of this
   * process. The builder's environment and command are changed for it. When the lease has ended
   * before the command could be registered, the command is not run and the process ends with code
   * 75.
   *
   * @throws IOException if no process can be started
   * @throws IllegalStateException if the lease is kept by heartbeats
   * @throws LeaseLostException if the lease is not held any more
   */
  public Process start(ProcessBuilder builder) throws IOException {
    requireHeld();
    TicketAgent agent = holding.agent();
    if (agent != null) {
      requireProcesses(agent);
      builder.environment().putAll(environment());
      builder.command(Trampoline.wrap(List.of(runFolder(agent)), builder.command(), false));
    }
    Process process = builder.start();
    isWorkedUnderBy(process);
    return process;
  }

  /** Notes a process that was started under it; it is not given back before that has ended. */
  void isWorkedUnderBy(Process process) {
    List<Process> ended = new ArrayList<>();
    for (Process earlier : started) {
      if (hasEnded(earlier)) {
        ended.add(earlier);
      }
    }
    if (!ended.isEmpty()) {
      started.removeAll(ended);
    }
    started.add(process);
  }

  /**
   * Where its workers register; null for an inherited lease, which has its own already.
   *
   * @throws IllegalStateException if the lease is kept by heartbeats
   */
  @Nullable Path runFolder() {
    TicketAgent agent = holding.agent();
    if (agent == null) {
      return null;
    }
    requireProcesses(agent);
    return runFolder(agent);
  }

  LeaseTag tag() {
    return holding.tag();
  }

  /** Whether it is prolonged even while only processes could keep it, and none is there yet. */
  void prolong(boolean wanted) {
    TicketAgent agent = holding.agent();
    if (agent != null) {
      agent.prolong(wanted);
    }
  }

  /** A shell says 128 + n, too, of a command of its own that signal n has ended. */
  private boolean hasEnded(Process process) {
    if (process.isAlive()) {
      return false;
    }
    TicketAgent agent = holding.agent();
    if (agent != null && isSignalled(process.exitValue())) {
      agent.noteViolence();
    }
    return true;
  }

  /** Whether an exit status says that a signal ended the process, or a command of a shell's. */
  public static boolean isSignalled(int exit) {
    return exit > SIGNALLED && exit <= SIGNALLED + MOST_SIGNALS;
  }

  private static Path runFolder(TicketAgent agent) {
    return agent.runFolder().in(agent.lockable().journalDirectory());
  }

  /**
   * Lets a living process of this machine keep the lease for as long as it lives.
   *
   * @throws IllegalStateException if the lease is kept by heartbeats
   * @throws InvalidRequestException if there is no such process
   * @throws LeaseLostException if the lease has ended before the process could be registered
   * @throws UnavailableException if it could not be written down
   */
  public void addProcess(long pid) {
    TicketAgent agent = holding.agent();
    if (agent == null) {
      return;
    }
    requireProcesses(agent);
    OptionalLong startTicks = engine.processes().startTicks(pid);
    if (startTicks.isEmpty()) {
      throw new InvalidRequestException("there is no process " + pid, null);
    }
    register(agent, pid, startTicks.getAsLong());
  }

  /**
   * The same for the process that has this pid and started then: never for another one that has got
   * its number meanwhile. If it has ended by now, nothing keeps the lease.
   *
   * @param startTicks its start in clock ticks since boot, field 22 of {@code /proc/<pid>/stat}
   * @throws LockException as {@link #addProcess(long)} does
   */
  public void addProcess(long pid, long startTicks) {
    TicketAgent agent = holding.agent();
    if (agent != null) {
      requireProcesses(agent);
      register(agent, pid, startTicks);
    }
  }

  private void register(TicketAgent agent, long pid, long startTicks) {
    ProcessIdentity self = engine.host().self();
    register(agent, new ProcessIdentity(pid, startTicks, self.pidNamespace(), self.uid()));
  }

  /**
   * Leaves it to the processes registered for it: nobody prolongs it or gives it back any more, and
   * closing it or its client changes nothing. It ends with them (PROTOCOL L4).
   */
  public void leaveToProcesses() {
    if (closed.compareAndSet(false, true)) {
      TicketAgent agent = holding.agent();
      if (holdings.leave(holding) && agent != null) {
        agent.abandon();
      }
    }
  }

  private void register(TicketAgent agent, ProcessIdentity worker) {
    try {
      long session = engine.processes().session(worker.pid()).orElse(-1);
      if (!engine.direct().journal(agent).register(agent.runFolder(), worker, session)) {
        throw Refusals.lost(agent);
      }
    } catch (JournalException e) {
      throw UnavailableException.of(e);
    }
  }

  private static void requireProcesses(TicketAgent agent) {
    if (agent.kind() != LeaseKind.RUN) {
      throw new IllegalStateException(
          "this lease is kept by heartbeats; ask for one with keptByProcesses()");
    }
  }

  /**
   * Prolongs a lease kept by processes by one ttl, while none has been started yet: until then it
   * lapses like any other.
   *
   * @throws LeaseLostException if it is not held any more
   */
  public void renew() {
    TicketAgent agent = holding.agent();
    if (agent != null) {
      engine.direct().refresh(agent);
    }
    requireHeld();
  }

  /**
   * What leases that conflicted with this one, and ended without a word, had left behind in its git
   * repository, and what became of it; the latest first. Reads files.
   */
  public List<Leftovers> leftovers() {
    return Leftovers.of(holding.journalDirectory(), holding.claims());
  }

  /**
   * Gives it back; the last one of several entries by the same owner does. Idempotent. Returns when
   * the journal says so, or has proved unreachable: then it lapses, or ends with its processes.
   *
   * <p>If a process started under it was ended by a signal (status 129 to 192), what that one had
   * started and that still runs, such as a git hook, keeps the lease as a registered process does.
   *
   * @throws WorkerAliveException if a registered process still lives; close again after its end
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    TicketAgent agent = holding.agent();
    if (holdings.leave(holding) && agent != null) {
      requireEnded(agent);
      release(agent);
    }
  }

  /** A command that was only just started may not have registered itself yet. */
  private void requireEnded(TicketAgent agent) {
    for (Process process : started) {
      if (!hasEnded(process)) {
        stay();
        throw Refusals.workerAlive(agent);
      }
    }
  }

  private void stay() {
    holdings.stay(holding);
    closed.set(false);
  }

  private void release(TicketAgent agent) {
    try {
      agent.release().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof WorkerAliveException workerAlive) {
        stay();
        throw workerAlive;
      }
      throw e;
    }
  }
}
