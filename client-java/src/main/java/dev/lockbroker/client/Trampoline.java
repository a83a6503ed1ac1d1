package dev.lockbroker.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a command so that it is registered as the worker of its leases before its first
 * instruction (PROTOCOL R3): a shell writes its own pid, start and session into each request's run
 * folder and only then becomes the command, keeping pid and start. Creating a file in a folder and
 * removing that folder exclude each other, so either no lease can end any more or the command never
 * starts; an entry that was made before that turned out names a process that has ended.
 */
final class Trampoline {
  /** The shell's exit code when a lease had ended before the command could be registered. */
  static final int NOT_REGISTERED = 75;

  /**
   * Built-ins only up to the registration. The names are ours alone, because assigning to a
   * variable that the caller exports would change it for the command.
   *
   * <p>Up to JDK 24 whatever a JVM starts has SIGQUIT blocked, and no shell can change that: where
   * there is an {@code env} that can, it does, so that Ctrl-\ reaches the command.
   */
  private static final String SCRIPT =
      """
      lockbroker_n=$1 lockbroker_q=$2; shift 2
      read -r lockbroker_s </proc/self/stat || exit 75
      case $lockbroker_s in "$$ "*) ;; *) exit 75 ;; esac
      lockbroker_s=${lockbroker_s##*) } lockbroker_i=1
      while [ $lockbroker_i -lt 20 ]; do
        [ $lockbroker_i -ne 4 ] || lockbroker_g=${lockbroker_s%% *}
        lockbroker_s=${lockbroker_s#* } lockbroker_i=$((lockbroker_i+1))
      done
      set -C
      while [ "$lockbroker_n" -gt 0 ]; do
        { echo "$lockbroker_g" >"$1/$$.${lockbroker_s%% *}"; } 2>/dev/null || exit 75
        shift; lockbroker_n=$((lockbroker_n-1))
      done
      set +C
      case $lockbroker_q$1 in
        blocked*=*) ;;
        blocked*)
          /usr/bin/env --default-signal=QUIT true 2>/dev/null && exec /usr/bin/env --default-signal=QUIT "$@"
          ;;
      esac
      exec "$@"
      """;

  private static final int FIRST_TO_UNBLOCK = 25;

  private Trampoline() {}

  /**
   * The command behind the shell.
   *
   * @param unblocks whether SIGQUIT is to reach it, which costs two more programs
   */
  static List<String> wrap(List<Path> runFolders, List<String> command, boolean unblocks) {
    List<String> wrapped = new ArrayList<>(command.size() + runFolders.size() + 6);
    wrapped.add("/bin/sh");
    wrapped.add("-c");
    wrapped.add(SCRIPT);
    wrapped.add("lockctl");
    wrapped.add(Integer.toString(runFolders.size()));
    boolean blocked = Runtime.version().feature() < FIRST_TO_UNBLOCK;
    wrapped.add(unblocks && blocked ? "blocked" : "");
    for (Path folder : runFolders) {
      wrapped.add(folder.toString());
    }
    wrapped.addAll(command);
    return wrapped;
  }
}
