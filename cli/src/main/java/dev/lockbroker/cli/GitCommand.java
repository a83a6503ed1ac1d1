package dev.lockbroker.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lockctl git} where it is listed, and where something else stands before it. */
@Command(
    name = GitMain.NAME,
    description =
        "Runs git under the lock that its command needs: none for one that only reads, a part of"
            + " the repository for most, all of it for gc and the like. Everything after 'git' is"
            + " git's own, also --help. Settings come from the environment: LOCKBROKER_WAIT,"
            + " LOCKBROKER_LABEL, LOCKBROKER_ON_LOST, LOCKBROKER_GIT_LOCKS,"
            + " LOCKBROKER_MAINTENANCE, LOCKBROKER_GIT, and LOCKBROKER_DISABLE=1 for none of it.")
final class GitCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ARGS", description = "What follows 'git'.")
  List<String> arguments = List.of();

  @Override
  public Integer call() {
    return GitMain.run(arguments.toArray(new String[0]), 0);
  }
}
