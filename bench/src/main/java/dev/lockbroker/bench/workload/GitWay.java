package dev.lockbroker.bench.workload;

import static dev.lockbroker.bench.workload.RealGit.AUTO;
import static dev.lockbroker.bench.workload.RealGit.DIRECT;
import static dev.lockbroker.bench.workload.RealGit.EACH;
import static dev.lockbroker.bench.workload.RealGit.IDEAL;
import static dev.lockbroker.bench.workload.RealGit.NOTHING;
import static dev.lockbroker.bench.workload.RealGit.ONE;

import dev.lockbroker.bench.workload.ShellCrew.Guard;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A way for several processes to commit, and what was measured of it.
 *
 * @param peer as the table calls it
 * @param variant where they commit, and by what
 * @param turn how a program in Java gets its turn; null if it is shell loops that commit
 * @param guard what shell loops put around their command
 * @param isAlone one process, not all
 * @param shifts what was measured
 */
record GitWay(
    String peer,
    String variant,
    @Nullable String turn,
    Guard guard,
    boolean isAlone,
    List<Shift> shifts) {

  private static final String LOCKCTL = ", lockctl run";
  private static final String SHELL = ", sh";
  static final String ALONE = "one process";

  /** Turns of the programs in Java. */
  static final List<String> TURNS =
      List.of("auto", "direct", "fcntl", "none", "auto-worktree", "direct-worktree");

  /** All of them. */
  static List<GitWay> all() {
    return List.of(
        program(AUTO, ONE, "auto"),
        program(DIRECT, ONE, "direct"),
        program(IDEAL, ONE, "fcntl"),
        shell("flock", ONE + SHELL, Guard.FLOCK),
        shell(AUTO, ONE + LOCKCTL, Guard.LOCKCTL),
        shell("lockfile-backoff", ONE + SHELL, Guard.LOCK_FILE),
        program(AUTO, EACH, "auto-worktree"),
        program(DIRECT, EACH, "direct-worktree"),
        program(NOTHING, EACH, "none"),
        shell(NOTHING, EACH + SHELL, Guard.NONE),
        shell(AUTO, EACH + LOCKCTL, Guard.LOCKCTL_WORKTREE),
        alone(NOTHING, ALONE + SHELL, Guard.NONE),
        alone(AUTO, ALONE + LOCKCTL, Guard.LOCKCTL));
  }

  private static GitWay program(String peer, String variant, String turn) {
    return new GitWay(peer, variant, turn, Guard.NONE, false, new ArrayList<>());
  }

  private static GitWay shell(String peer, String variant, Guard guard) {
    return new GitWay(peer, variant, null, guard, false, new ArrayList<>());
  }

  private static GitWay alone(String peer, String variant, Guard guard) {
    return new GitWay(peer, variant, null, guard, true, new ArrayList<>());
  }

  /** Whether all commit in one worktree. */
  boolean isShared() {
    return !variant.startsWith(EACH);
  }

  /** It sleeps most of its time: a few shifts say enough. */
  boolean isSlow() {
    return guard == Guard.LOCK_FILE;
  }
}
