package dev.lockbroker.core.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** One search for the processes that inherited an environment variable. */
final class CarrierSearch {
  /** Linux lets arguments and environment together have 6 MiB at most (three quarters of 8 MiB). */
  private static final int ENVIRONMENT_BYTES = 8 << 20;

  /** Loading takes less than a millisecond, unless the disk is waited for: 20 ms in all. */
  private static final int MOST_TRIES = 100;

  private static final long PAUSE_NANOS = 200_000;

  private final Host host;
  private final ProcTable table;
  private final byte[] name;
  private final byte[] needle;
  private final long session;

  CarrierSearch(Host host, ProcTable table, String variable, String needle, long session) {
    this.host = host;
    this.table = table;
    this.name = (variable + "=").getBytes(StandardCharsets.UTF_8);
    this.needle = needle.getBytes(StandardCharsets.UTF_8);
    this.session = session;
  }

  /**
   * Looks at every process once.
   *
   * @throws IOException if one of them could not be looked at
   */
  List<ProcessIdentity> run() throws IOException {
    List<ProcessIdentity> found = new ArrayList<>();
    for (long pid : table.pids()) {
      addIfCarrier(found, pid);
    }
    return found;
  }

  private void addIfCarrier(List<ProcessIdentity> found, long pid) throws IOException {
    try {
      if (table.belongsTo(pid, host.uid()) && isInSession(pid) && carries(pid)) {
        ProcessIdentity carrier = identity(pid);
        if (!carrier.equals(host.self())) {
          found.add(carrier);
        }
      }
    } catch (NoSuchFileException | AccessDeniedException e) {
      // Ended meanwhile, or guards its memory: neither is a worker that we could name.
    } catch (IOException e) {
      // One that ends between opening and reading one of its files is reported like any trouble.
      if (!table.isGone(pid)) {
        throw e;
      }
    }
  }

  private boolean isInSession(long pid) throws IOException {
    ProcStat stat = table.stat(pid);
    return !stat.isWithoutMemory() && (session == -1 || session == stat.session());
  }

  private boolean carries(long pid) throws IOException {
    byte[] environment = environment(pid);
    int entry = 0;
    while (entry < environment.length) {
      int end = endOfEntry(environment, entry);
      if (startsAt(environment, entry, end, name) && contains(environment, entry, end)) {
        return true;
      }
      entry = end + 1;
    }
    return false;
  }

  private boolean contains(byte[] environment, int from, int end) {
    for (int at = from + name.length; at + needle.length <= end; at++) {
      if (startsAt(environment, at, end, needle)) {
        return true;
      }
    }
    return false;
  }

  private static boolean startsAt(byte[] bytes, int from, int end, byte[] what) {
    int to = from + what.length;
    return to <= end && Arrays.equals(bytes, from, to, what, 0, what.length);
  }

  /**
   * Its environment. While a process loads a program (exec) the kernel shows none, although it will
   * have one in a moment: that emptiness is waited out.
   *
   * @throws IOException if it cannot be read, or is not shown for so long
   */
  private byte[] environment(long pid) throws IOException {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      byte[] shown = shown(pid);
      if (shown.length > 0) {
        return shown;
      }
      ProcStat stat = table.stat(pid);
      if (stat.isWithoutMemory() || stat.environment() == 0) {
        return shown;
      }
      byte[] ofThreads =
          stat.memory() == 0 ? LaterThreads.environment(table, pid, ENVIRONMENT_BYTES) : null;
      if (ofThreads != null) {
        return ofThreads;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new IOException("process " + pid + " does not show its environment");
  }

  private byte[] shown(long pid) throws IOException {
    try {
      return ProcFiles.readAtMost(table.file(pid, "environ"), ENVIRONMENT_BYTES);
    } catch (NoSuchFileException | AccessDeniedException e) {
      throw e;
    } catch (IOException e) {
      if (table.stat(pid).isWithoutMemory()) {
        return new byte[0]; // it ended since we asked for its session
      }
      throw e;
    }
  }

  private static int endOfEntry(byte[] environment, int from) {
    int at = from;
    while (at < environment.length && environment[at] != 0) {
      at++;
    }
    return at;
  }

  private ProcessIdentity identity(long pid) throws IOException {
    ProcessIdentity self = host.self();
    return new ProcessIdentity(pid, table.stat(pid).startTicks(), self.pidNamespace(), host.uid());
  }
}
