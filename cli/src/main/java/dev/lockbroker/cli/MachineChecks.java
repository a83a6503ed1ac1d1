package dev.lockbroker.cli;

import dev.lockbroker.core.git.Incident;
import dev.lockbroker.core.git.Incidents;
import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.LeaseTag;
import dev.lockbroker.core.process.ProcessSurvey;
import dev.lockbroker.core.repository.Lockable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Checks of {@code doctor}: clock, processes, the journal's state and what has been left over. */
final class MachineChecks {
  /** Before this program was written: 2024. */
  private static final long EARLIEST_SECONDS = 1_704_067_200;

  private static final long DAY_SECONDS = 86_400;
  private static final long MUCH_BYTES = 64L << 20;
  private static final int MANY_FILES = 1_000;

  private MachineChecks() {}

  static List<Finding> all(Settings settings, Lockable place) {
    return List.of(
        tickets(settings, place),
        clock(settings, place.journalDirectory()),
        processes(new ProcessSurvey(settings.host(), Path.of("/proc")).seesEveryProcess()),
        environment(settings.environment().getOrDefault(LeaseTag.VARIABLE, "")),
        leftovers(place.journalDirectory()));
  }

  /** Whether the journal can be used, in this boot and in this time namespace. */
  private static Finding tickets(Settings settings, Lockable place) {
    Journals journals = new Journals(settings);
    try (Arbiter arbiter = journals.open(place.journalDirectory())) {
      int tickets = journals.tickets(arbiter).size();
      return Finding.ok("tickets", "the journal can be read; " + Shown.count(tickets, "ticket"));
    } catch (JournalException e) {
      return Finding.fail("tickets", Failures.explain(e), "as it says; then run doctor again");
    }
  }

  private static Finding clock(Settings settings, Path journalDirectory) {
    long boot;
    try {
      boot = settings.host().bootTimeSeconds();
    } catch (UncheckedIOException e) {
      return Finding.fail(
          "clock", "the time of boot cannot be read: " + DoctorCommand.why(e), "mount /proc here");
    }
    long changed = 0;
    try {
      changed =
          Files.getLastModifiedTime(journalDirectory.resolve("journal"), LinkOption.NOFOLLOW_LINKS)
                  .toMillis()
              / 1_000;
    } catch (IOException e) {
      // There is none yet.
    }
    return clock(Instant.now().getEpochSecond(), boot, changed);
  }

  /**
   * The wall clock decides nothing while a machine runs, but tells a reboot from another kernel.
   *
   * @param changedSeconds when the journal was written last, 0 if never
   */
  static Finding clock(long nowSeconds, long bootSeconds, long changedSeconds) {
    String now = Instant.ofEpochSecond(nowSeconds).toString();
    String fix = "set the clock (timedatectl, chronyd)";
    if (nowSeconds < EARLIEST_SECONDS) {
      return Finding.fail("clock", "it is " + now + " by this machine's clock", fix);
    }
    if (bootSeconds > nowSeconds + DAY_SECONDS || changedSeconds > nowSeconds + DAY_SECONDS) {
      return Finding.warn(
          "clock",
          "it is " + now + ", and the machine was booted or the journal written later than that",
          fix);
    }
    return Finding.ok(
        "clock", now + ", booted " + Durations.show((nowSeconds - bootSeconds) * 1_000) + " ago");
  }

  static Finding processes(boolean seesAll) {
    return seesAll
        ? Finding.ok("processes", "every process can be seen, so the dead are told from the living")
        : Finding.warn(
            "processes",
            "not every process can be seen (hidepid, or a /proc of another pid namespace): holders"
                + " that are not seen count as alive until somebody who sees them looks",
            "run 'lockctl status' on the host, or mount /proc without hidepid; 'lockctl"
                + " force-release' ends a lease whose holder you know to be dead");
  }

  static Finding environment(String value) {
    try {
      int leases = LeaseTag.decode(value).size();
      return Finding.ok(
          "environment",
          leases == 0 ? "outside of any lease" : "inside of " + Shown.count(leases, "lease"));
    } catch (IllegalArgumentException e) {
      return Finding.fail(
          "environment",
          LeaseTag.VARIABLE + " is malformed: " + e.getMessage(),
          "unset " + LeaseTag.VARIABLE);
    }
  }

  /** What killed commands left, moved aside: nobody removes it but the user. */
  static Finding leftovers(Path journalDirectory) {
    Path undo = journalDirectory.resolve("undo");
    long bytes = 0;
    long files = 0;
    try (Stream<Path> all = Files.exists(undo) ? Files.walk(undo) : Stream.of()) {
      for (Path file : (Iterable<Path>) all::iterator) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          bytes += Files.size(file);
          files++;
        }
      }
    } catch (IOException | UncheckedIOException e) {
      return Finding.warn(
          "leftovers", Shown.path(undo) + ": " + DoctorCommand.why(e), "look at its permissions");
    }
    String size = Shown.count(files, "file") + ", " + (bytes >> 10) + " KiB in " + Shown.path(undo);
    if (bytes > MUCH_BYTES || files > MANY_FILES) {
      return Finding.warn(
          "leftovers",
          size + ", moved aside from killed commands",
          "look through it, then rm -r " + Shown.quoted(undo.toString()));
    }
    List<Incident> incidents = new Incidents(journalDirectory).list();
    long untold = incidents.stream().filter(incident -> !incident.isTold()).count();
    return untold > 0
        ? Finding.warn(
            "leftovers",
            Shown.count(untold, "killed command") + " left something that nobody has been told of",
            "lockctl status")
        : Finding.ok("leftovers", files == 0 ? "none" : size);
  }
}
