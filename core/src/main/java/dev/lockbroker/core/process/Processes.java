package dev.lockbroker.core.process;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The processes of this machine, as far as they can be seen from here. Safe for use by several
 * threads. Nothing here signals, waits for, or holds on to a process.
 */
public interface Processes {

  /**
   * Whether this process still lives. {@link Verdict#DEAD} is final; the other two are true of the
   * moment only. Never throws: what goes wrong makes it {@link Verdict#UNKNOWN}.
   */
  Verdict judge(ProcessIdentity process);

  /** Start of the process that has this pid in my namespace now; empty if it cannot be seen. */
  OptionalLong startTicks(long pid);

  /** The session that a process is in, as numbered in my namespace; empty if it cannot be seen. */
  OptionalLong session(long pid);

  /** What to show of it; empty if it cannot be seen, or if its pid belongs to another one now. */
  Optional<ProcessView> view(ProcessIdentity process);

  /**
   * The processes of my user that were started with a certain environment variable, except myself.
   * Processes whose environment the system keeps from me (set-uid programs, agents that guard their
   * memory) are passed over.
   *
   * @param variable the variable's name
   * @param needle what its value contains
   * @param session the session they must be in, as numbered in my pid namespace; -1 for any
   * @return each as it is numbered in my pid namespace
   * @throws UncheckedIOException if the processes could not all be looked at; who wants to end
   *     something because nobody carries the entry must then not end it
   */
  List<ProcessIdentity> carriers(String variable, String needle, long session);
}
