package dev.lockbroker.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a command so that it is registered as the worker of its lease before its first instruction
 * (PROTOCOL R3): a shell writes its own pid, start and session into the request's run folder and
 * only then becomes the command, keeping pid and start. Creating a file in a folder and removing
 * that folder exclude each other, so either the lease cannot end any more or the command never
 * starts.
 */
final class Trampoline {
  /** The shell's exit code when the lease had ended before the command could be registered. */
  static final int NOT_REGISTERED = 75;

  /**
   * Built-ins only: whatever PATH holds, nothing but the command itself is started. The names are
   * ours alone, because assigning to a variable that the caller exports would change it for the
   * command.
   */
  private static final String SCRIPT =
      """
      lockbroker_d=$1; shift
      read -r lockbroker_s </proc/self/stat || exit 75
      case $lockbroker_s in "$$ "*) ;; *) exit 75 ;; esac
      lockbroker_s=${lockbroker_s##*) } lockbroker_i=1
      while [ $lockbroker_i -lt 20 ]; do
        [ $lockbroker_i -ne 4 ] || lockbroker_g=${lockbroker_s%% *}
        lockbroker_s=${lockbroker_s#* } lockbroker_i=$((lockbroker_i+1))
      done
      set -C
      { echo "$lockbroker_g" >"$lockbroker_d/$$.${lockbroker_s%% *}"; } 2>/dev/null || exit 75
      set +C
      exec "$@"
      """;

  private Trampoline() {}

  static List<String> wrap(Path runFolder, List<String> command) {
    List<String> wrapped = new ArrayList<>(command.size() + 5);
    wrapped.add("/bin/sh");
    wrapped.add("-c");
    wrapped.add(SCRIPT);
    wrapped.add("lockctl");
    wrapped.add(runFolder.toString());
    wrapped.addAll(command);
    return wrapped;
  }
}
