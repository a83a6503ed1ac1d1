package dev.lockbroker.cli;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.repository.ResolutionException;
import dev.lockbroker.core.table.Ticket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockctl release}: gives back what {@code acquire} has taken. */
@Command(
    name = "release",
    description = {
      "Gives back the innermost lock that 'lockctl acquire' has taken for this shell. If it has"
          + " ended already, says so and succeeds.",
      "Where a shell reads its output, prints code that restores LOCKBROKER_LEASE; elsewhere"
          + " nothing on stdout."
    },
    footer = {
      "",
      "Examples:",
      "  eval \"$(lockctl release)\"       # also takes the lock out of the environment",
      "  lockctl release                 # enough at the end of a script"
    })
final class ReleaseCommand implements Callable<Integer> {
  @Mixin final CommonOptions common = new CommonOptions();

  @Option(
      names = "--repo",
      paramLabel = "PATH",
      description = "Only a lock of the repository that PATH is in. Default: of any.")
  @Nullable String repository;

  @Option(
      names = "--pid",
      paramLabel = "PID",
      description = "As it was given to 'lockctl acquire'. Default: the shell that calls lockctl.")
  @Nullable Long pid;

  @Option(
      names = "--shell",
      paramLabel = "sh|fish|none",
      description =
          "Print code for this shell, wherever it goes, or none. Default: sh, to a shell.")
  @Nullable String shell;

  @Option(names = "--quiet", description = "Do not say that there was nothing to give back.")
  boolean quiet;

  @Override
  public Integer call() throws ResolutionException {
    ShellCode code = code();
    Settings settings = Settings.current();
    BoundProcess process = BoundProcess.of(settings, pid);
    List<LeaseTag> tags = new ArrayList<>(tags(settings));
    Path journal = repository == null ? null : settings.lockable(repository).journalDirectory();
    String said = release(settings, tags, journal, process, code != null);
    if (said != null && tags.isEmpty() && giveBackUnknown(settings, journal, process)) {
      said = null;
    }
    if (said != null && !quiet) {
      Console.say(said);
    }
    if (code != null) {
      Console.answer(code.lease(encode(tags)));
    }
    return ExitCode.OK;
  }

  /**
   * A lease that the process keeps and knows nothing of: what acquire printed was not evaluated.
   */
  private boolean giveBackUnknown(Settings settings, @Nullable Path journal, BoundProcess process)
      throws ResolutionException {
    Path directory = journal != null ? journal : settings.lockable(null).journalDirectory();
    List<LeaseTag> held = new ArrayList<>();
    try (Arbiter arbiter = new Journals(settings).open(directory)) {
      arbiter.look();
      for (Ticket lease : arbiter.table().held()) {
        long token = lease.requireHold().token();
        held.add(new LeaseTag(directory, lease.request(), lease.number(), token, lease.claims()));
      }
    } catch (JournalException e) {
      throw new CliException(ExitCode.of(e), Failures.explain(e));
    }
    ScriptRelease release = new ScriptRelease(settings);
    for (LeaseTag tag : held) {
      if (release.end(tag, process.identity()) == ScriptRelease.Result.RELEASED) {
        return true;
      }
    }
    return false;
  }

  private static List<LeaseTag> tags(Settings settings) {
    try {
      return LeaseTag.decode(settings.environment().getOrDefault(LeaseTag.VARIABLE, ""));
    } catch (IllegalArgumentException e) {
      throw new CliException(
          ExitCode.SETTINGS,
          LeaseTag.VARIABLE + " is malformed (" + e.getMessage() + "); unset it");
    }
  }

  /**
   * Gives one back and takes it out of the list, with those passed over because they had ended.
   *
   * @return what there is to say, or null
   */
  private static @Nullable String release(
      Settings settings,
      List<LeaseTag> tags,
      @Nullable Path journal,
      BoundProcess process,
      boolean captured) {
    String said =
        "nothing to release: this shell (pid " + process.pid() + ") holds no lock of acquire's";
    ScriptRelease release = new ScriptRelease(settings);
    for (int i = 0; i < tags.size(); ) {
      LeaseTag tag = tags.get(i);
      if (journal != null && !journal.equals(tag.journalDirectory())) {
        i++;
      } else if (tags.subList(i + 1, tags.size()).contains(tag)) {
        tags.remove(i);
        return captured
            ? null
            : "ticket "
                + tag.ticket()
                + " was joined and not taken, and stays; write 'eval \"$(lockctl release)\"', so that"
                + " the next release gives it back";
      } else {
        switch (release.end(tag, process.identity())) {
          case RELEASED -> {
            tags.remove(i);
            return null;
          }
          case KEPT -> {
            return "ticket "
                + tag.ticket()
                + " is kept by other processes as well, and was not given back; see 'lockctl status'";
          }
          case GONE -> {
            tags.remove(i);
            said = "ticket " + tag.ticket() + " has ended already; nothing to release";
          }
          case NOT_BOUND -> i++;
        }
      }
    }
    return said;
  }

  private static String encode(List<LeaseTag> tags) {
    String value = "";
    for (int i = tags.size() - 1; i >= 0; i--) {
      value = tags.get(i).encodeInside(value);
    }
    return value;
  }

  private @Nullable ShellCode code() {
    if (shell != null) {
      return shell.equals("none") ? null : ShellCode.of(shell);
    }
    return Captured.isRead() ? ShellCode.SH : null;
  }
}
