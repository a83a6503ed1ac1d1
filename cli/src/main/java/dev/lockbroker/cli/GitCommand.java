package dev.lockbroker.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lockctl git} where it is listed, and where something else stands before it. */
@Command(
    name = GitMain.NAME,
    description = {
      "Runs git under the lock that its command needs, and exits with its status.",
      "None for one that only reads, a part of the repository for most, all of it for gc and the"
          + " like and for what is not known. Everything after 'git' is git's own, also --help."
    },
    footer = {
      "",
      "From the environment: LOCKBROKER_WAIT, LOCKBROKER_LABEL, LOCKBROKER_ON_LOST and"
          + " LOCKBROKER_GIT_LOCKS as for 'run'; LOCKBROKER_MAINTENANCE=auto|off|D,"
          + " LOCKBROKER_GIT=PATH, LOCKBROKER_DISABLE=1 for plain git."
    })
final class GitCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ARGS", description = "What follows 'git'.")
  List<String> arguments = List.of();

  @Override
  public Integer call() {
    return GitMain.run(arguments.toArray(new String[0]), 0);
  }
}
