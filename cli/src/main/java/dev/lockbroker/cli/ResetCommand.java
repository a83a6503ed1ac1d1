package dev.lockbroker.cli;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.core.repository.ResolutionException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockctl reset}: puts a journal aside. The last resort for one that is corrupt. */
@Command(
    name = "reset",
    description = {
      "Puts the repository's lock journal aside, as if every lease were force-released.",
      "For a journal that is corrupt. The old one is kept beside the new one."
    })
final class ResetCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Mixin final RepositoryOption repository = new RepositoryOption();

  @Option(names = "--yes", description = "Do it.")
  boolean yes;

  @Override
  public Integer call() throws ResolutionException {
    Settings settings = Settings.current();
    Lockable place = settings.lockable(repository.path);
    Path journal = place.journalDirectory();
    if (Files.notExists(journal, LinkOption.NOFOLLOW_LINKS)) {
      Console.answer(Shown.path(place.shown()) + " has no lock journal: nothing to reset");
      return ExitCode.OK;
    }
    String lost = lost(new Journals(settings), journal);
    if (!yes) {
      throw new CliException(
          ExitCode.USAGE,
          "reset ends "
              + lost
              + " in "
              + Shown.path(place.shown())
              + ", and processes at work go on without the lock; repeat it with --yes if you mean"
              + " it");
    }
    Path aside = journal.resolveSibling("lockbroker.reset-" + settings.host().wallMicros());
    move(journal, aside);
    Console.answer(
        Shown.path(place.shown())
            + " is reset: "
            + lost
            + " ended; the old journal is kept in "
            + Shown.path(aside)
            + ", remove it when you do not need it any more");
    return ExitCode.OK;
  }

  private static String lost(Journals journals, Path journal) {
    try (Arbiter arbiter = journals.open(journal)) {
      arbiter.look();
      return Shown.count(arbiter.table().held().size(), "lease")
          + " and "
          + Shown.count(arbiter.table().waiting().size(), "waiting ticket");
    } catch (JournalException e) {
      return "an unknown number of leases (the journal cannot be read)";
    }
  }

  private static void move(Path journal, Path aside) {
    try {
      Files.move(journal, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      boolean isForbidden = e instanceof AccessDeniedException || isReadOnly(e);
      throw new CliException(
          isForbidden ? ExitCode.NOT_WRITABLE : ExitCode.IO,
          "cannot rename " + Shown.path(journal) + ": " + e + "; nothing was changed");
    }
  }

  private static boolean isReadOnly(IOException trouble) {
    String reason = trouble instanceof FileSystemException system ? system.getReason() : null;
    return reason != null && reason.contains("Read-only");
  }
}
