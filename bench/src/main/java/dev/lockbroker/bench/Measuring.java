package dev.lockbroker.bench;

import dev.lockbroker.bench.peer.Found;
import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.report.MarkdownReport;
import dev.lockbroker.bench.report.Plots;
import dev.lockbroker.bench.report.Results;
import dev.lockbroker.bench.report.Run;
import dev.lockbroker.bench.report.RunFile;
import dev.lockbroker.bench.workload.Lab;
import dev.lockbroker.bench.workload.Workload;
import dev.lockbroker.bench.workload.Workloads;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Runs workloads one after the other and writes down what came of it. Confined to one thread. */
final class Measuring {
  private final List<Workload> workloads;
  private final List<Peer> candidates;
  private final Path dist;
  private final Path folder;
  private final Path out;
  private final boolean quick;
  private final Path home;
  private final PrintWriter err;

  Measuring(
      List<Workload> workloads,
      List<Peer> candidates,
      Path dist,
      Path folder,
      Path out,
      boolean quick,
      Path home,
      PrintWriter err) {
    this.workloads = workloads;
    this.candidates = candidates;
    this.dist = dist;
    this.folder = folder;
    this.out = out;
    this.quick = quick;
    this.home = home;
    this.err = err;
  }

  /**
   * One run, and the report of all there are now.
   *
   * @return whether every workload went through
   * @throws Main.Unavailable if nothing was measured at all
   */
  boolean run() throws IOException, InterruptedException {
    Files.createDirectories(out);
    // Before it takes minutes: what cannot be read now could not be reported then.
    RunFile.readAll(out);
    List<Run.Fact> facts = new ArrayList<>();
    facts.add(new Run.Fact("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
    facts.add(new Run.Fact(Run.QUICK, quick ? "yes" : "no"));
    facts.addAll(Machine.facts(folder, home));
    List<Peer> here = find(facts);
    if (here.isEmpty()) {
      throw new Main.Unavailable("none of the peers is there; see above for how to get them");
    }
    Results results = new Results();
    boolean allWell = true;
    for (Workload workload : workloads) {
      allWell &= measure(workload, here, results);
    }
    facts.add(new Run.Fact("load at the end", Machine.load()));
    if (results.series().isEmpty()) {
      throw new Main.Unavailable("nothing was measured; see above");
    }
    Path file = RunFile.write(out, new Run(RunFile.nextNumber(out), facts, results));
    report();
    say("wrote " + file.getFileName() + ", report.md and plots.svg in " + out);
    return allWell;
  }

  private void report() throws IOException {
    List<Run> runs = RunFile.readAll(out);
    Files.writeString(out.resolve("report.md"), new MarkdownReport(Workloads.all(), runs).text());
    Files.writeString(out.resolve("plots.svg"), Plots.of(runs));
  }

  /** The goals of the chosen workloads, over all runs of the folder. */
  String goals() throws IOException {
    return new MarkdownReport(workloads, RunFile.readAll(out)).goals();
  }

  private List<Peer> find(List<Run.Fact> facts) {
    List<Peer> here = new ArrayList<>();
    for (Peer peer : candidates) {
      Found found = peer.find();
      if (found instanceof Found.Here version) {
        here.add(peer);
        facts.add(new Run.Fact(Run.PEER + peer.id(), version.version()));
      } else if (found instanceof Found.Missing missing) {
        say("without " + peer.id() + ": " + missing.what() + "; " + missing.howToGet());
        facts.add(
            new Run.Fact(Run.MISSING + peer.id(), missing.what() + "; " + missing.howToGet()));
      }
    }
    return here;
  }

  private boolean measure(Workload workload, List<Peer> here, Results results)
      throws IOException, InterruptedException {
    Path own = Files.createDirectory(folder.resolve(workload.id().toLowerCase(Locale.ROOT)));
    long begin = System.nanoTime();
    say(workload.id() + ": " + workload.title());
    try {
      workload.measure(new Lab(own, dist, here, quick, results));
      say(workload.id() + ": " + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s");
      return true;
    } catch (InterruptedException | ClosedByInterruptException e) {
      throw e;
    } catch (Exception e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException("interrupted");
      }
      say(workload.id() + " failed: " + Main.firstLine(e));
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      Path log = Files.writeString(out.resolve(workload.id() + "-failed.log"), trace.toString());
      results.note(
          workload.id(), "failed: " + Main.firstLine(e) + " (see " + log.getFileName() + ")");
      return false;
    } finally {
      WorkFolder.remove(own);
    }
  }

  private void say(String line) {
    err.println("bench: " + line);
    err.flush();
  }
}
