package dev.lockbroker.client;

import dev.lockbroker.core.journal.LeaseTag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Leases that were taken together, all or none, by {@link LockClient#acquireAll}: one for each
 * repository. Given back together by {@link #close}. Thread-safe.
 */
public final class LeaseGroup implements AutoCloseable {
  private final String outer;
  private final List<Lease> leases;

  /**
   * A group.
   *
   * @param outer value of {@code LOCKBROKER_LEASE} in the client's environment, or empty
   */
  LeaseGroup(String outer, List<Lease> leases) {
    this.outer = outer;
    this.leases = List.copyOf(leases);
  }

  /** Its leases, at least one, in the order in which everybody takes them. */
  public List<Lease> leases() {
    return leases;
  }

  /** Whether ancestor processes hold all of them (by {@code LOCKBROKER_LEASE}). */
  public boolean isInherited() {
    for (Lease lease : leases) {
      if (!lease.isInherited()) {
        return false;
      }
    }
    return true;
  }

  /** Whether all are held at this moment. May look at the journals. */
  public boolean isHeld() {
    for (Lease lease : leases) {
      if (!lease.isHeld()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns if all are held at this moment.
   *
   * @throws LeaseLostException if one is not, and why
   */
  public void requireHeld() {
    for (Lease lease : leases) {
      lease.requireHeld();
    }
  }

  /** Is told once, when the first of them ends without having been given back. */
  public LeaseGroup onLost(Consumer<LossCause> listener) {
    AtomicBoolean told = new AtomicBoolean();
    for (Lease lease : leases) {
      lease.onLost(
          cause -> {
            if (told.compareAndSet(false, true)) {
              listener.accept(cause);
            }
          });
    }
    return this;
  }

  /** The variables that let a child process work under all of these leases. */
  public Map<String, String> environment() {
    String value = outer;
    for (Lease lease : leases) {
      value = lease.isInherited() ? value : lease.tag().encodeInside(value);
    }
    return isInherited() ? Map.of() : Map.of(LeaseTag.VARIABLE, value);
  }

  /**
   * Starts a command that keeps all of them for as long as it lives, whatever becomes of this
   * process. The builder's environment and command are changed for it. When one of them has ended
   * before the command could be registered for all, the command is not run and the process ends
   * with code 75.
   *
   * @throws IOException if no process can be started
   * @throws IllegalStateException if they are kept by heartbeats
   * @throws LeaseLostException if one is not held any more
   */
  public Process start(ProcessBuilder builder) throws IOException {
    return start(builder, false);
  }

  /**
   * Like {@link #start}, for a command that stands in for this program, on a terminal too: it is
   * started as a shell would, with SIGQUIT unblocked. A JVM up to 24 blocks that signal in whatever
   * it starts, and to undo it costs two more programs, some 3 ms.
   *
   * @throws IOException if no process can be started
   * @throws IllegalStateException if they are kept by heartbeats
   * @throws LeaseLostException if one is not held any more
   */
  public Process startInForeground(ProcessBuilder builder) throws IOException {
    return start(builder, true);
  }

  private Process start(ProcessBuilder builder, boolean unblocks) throws IOException {
    requireHeld();
    List<Path> runFolders = new ArrayList<>();
    for (Lease lease : leases) {
      Path folder = lease.runFolder();
      if (folder != null) {
        runFolders.add(folder);
      }
    }
    if (!runFolders.isEmpty()) {
      builder.environment().putAll(environment());
      builder.command(Trampoline.wrap(runFolders, builder.command(), unblocks));
    }
    Process process = builder.start();
    for (Lease lease : leases) {
      lease.isWorkedUnderBy(process);
    }
    return process;
  }

  /**
   * Prolongs leases kept by processes by one ttl each, while no process has been started yet.
   *
   * @throws LeaseLostException if one is not held any more
   */
  public void renew() {
    leases.forEach(Lease::renew);
  }

  /**
   * Gives all of them back, the last one first. Idempotent. Returns when the journals say so, or
   * have proved unreachable: then they lapse, or end with their processes.
   *
   * @throws WorkerAliveException if a registered process still lives; close again after its end
   */
  @Override
  public void close() {
    @Nullable LockException trouble = null;
    for (int i = leases.size() - 1; i >= 0; i--) {
      try {
        leases.get(i).close();
      } catch (LockException e) {
        trouble = trouble instanceof WorkerAliveException ? trouble : e;
      }
    }
    if (trouble != null) {
      throw trouble;
    }
  }
}
