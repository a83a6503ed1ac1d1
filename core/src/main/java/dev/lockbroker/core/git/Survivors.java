package dev.lockbroker.core.git;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.ProcessSight;
import dev.lockbroker.core.process.ProcessSurvey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells which processes that outlived their lease count. */
final class Survivors {
  private Survivors() {}

  /** What to show of it after its pid; null for git's own daemons, which never lock anything. */
  static @Nullable String shown(ProcessSurvey survey, ProcessIdentity carrier) {
    Optional<ProcessSight> sight = survey.of(carrier.pid());
    if (sight.isEmpty()) {
      return "";
    }
    boolean isGit = sight.get().name().startsWith("git");
    return isGit && GitCommand.of(sight.get().arguments()).isReader()
        ? null
        : " '" + sight.get().shown() + "'";
  }
}
