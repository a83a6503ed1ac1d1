package dev.lockbroker.cli;

import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.ResolutionException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockctl watch}: what happens to the locks of a repository, as it happens. */
@Command(
    name = "watch",
    description =
        "Tells what happens to the locks of a repository, as it happens, until Ctrl-C (exit 130) or"
            + " until nobody reads it any more. Reads the journal; needs no broker.",
    footer = {
      "",
      "Events: holds (when watch begins), waits, granted, released, cancelled, expired, died, forced,"
          + " ended (unseen, while the journal was written anew), deleted (the journal is gone),"
          + " git-lock and git-lock-gone (git's own, if they last), trouble.",
      "",
      "Examples:",
      "  lockctl watch",
      "  lockctl watch --json | jq -r 'select(.event == \"forced\") | .label'"
    })
final class WatchCommand implements Callable<Integer> {
  private static final long PAUSE_MILLIS = 25;
  private static final int LOOKS_PER_GIT_LOOK = 8;
  private static final int LOOKS_PER_READER_LOOK = 80;

  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final RepositoryOption repository = new RepositoryOption();

  @Option(names = "--json", description = "One JSON object a line.")
  boolean json;

  @Override
  public Integer call() throws ResolutionException {
    Settings settings = Settings.current();
    Lockable place = settings.lockable(repository.path);
    Signals signals = Signals.install();
    try (JournalWatch journal = new JournalWatch(settings, place.journalDirectory())) {
      GitLockWatch locks = new GitLockWatch(settings, place.journalDirectory());
      if (!json) {
        Console.answer("watching " + Shown.path(place.shown()) + "; Ctrl-C ends it");
      }
      for (long look = 0; !Console.isBroken(); look++) {
        tell(place, journal.news());
        if (look % LOOKS_PER_GIT_LOOK == 0) {
          tell(place, locks.news());
        }
        if (look % LOOKS_PER_READER_LOOK == LOOKS_PER_READER_LOOK - 1 && !Captured.mayBeRead()) {
          break;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
      // Nobody reads it any more, and there is nobody else to tell.
      return ExitCode.OK;
    } catch (InterruptedException e) {
      return ExitCode.SIGNAL + signals.endWait();
    }
  }

  private void tell(Lockable place, List<WatchEvent> events) {
    for (WatchEvent event : events) {
      Console.answer(json ? event.json(place.shown()) : event.line());
    }
  }
}
