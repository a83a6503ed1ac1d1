package dev.lockbroker.core.journal;

/**
 * A process that keeps a lease, for people.
 *
 * @param pid its number, as registered; of one that was found, its number here
 * @param state the state letter of {@code /proc/<pid>/stat}, {@code ?} if it cannot be seen
 * @param command its command line, safe to print; empty if it cannot be seen
 */
public record KeeperView(long pid, char state, String command) {
  /** Whether it was stopped (Ctrl-Z, a debugger) and has not been continued. */
  public boolean isStopped() {
    return state == 'T' || state == 't';
  }
}
