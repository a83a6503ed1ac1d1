package dev.lockbroker.bench;

import dev.lockbroker.bench.peer.Found;
import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.peer.Peers;
import dev.lockbroker.bench.workload.Workload;
import dev.lockbroker.bench.workload.Workloads;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench/run}: measures, and reports all runs of its output folder. */
@Command(
    name = "bench/run",
    sortOptions = false,
    description = {
      "Measures Lockbroker beside the peers found on this machine, in one session.",
      "Writes run-N.tsv, and report.md and plots.svg over all runs in the folder; prints the goals."
    },
    footer = {
      "",
      "bench/run --jmh [ARGS] is the command line of JMH, for the small things.",
      "",
      "Exit codes: 0 measured, whatever the figures; 64 wrong usage; 69 nothing to measure; 70 a",
      "workload failed; 130 interrupted."
    })
public final class Main implements Callable<Integer> {
  static final int OK = 0;
  static final int USAGE = 64;
  static final int UNAVAILABLE = 69;
  static final int FAILED = 70;
  private static final int INTERRUPTED = 130;

  /** The folder {@code bench} of the checkout. */
  private static final Path HOME =
      Path.of(System.getProperty("lockbroker.bench.home", "bench")).toAbsolutePath();

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--quick",
      description = "Only show that everything works: its figures mean nothing.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "P1",
      description = "Only these workloads, with commas between them.")
  private List<String> only = List.of();

  @Option(
      names = "--peer",
      split = ",",
      paramLabel = "ID",
      description = "Only these peers, with commas between them.")
  private List<String> peers = List.of();

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "1",
      description = "So many runs, one after the other; 1 by default.")
  private int runs;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where runs are kept and reported; bench/results by default.")
  private Path out = HOME.resolve("results");

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Where repositories and servers are made; bench/target or /var/tmp by default.")
  private @Nullable Path work;

  @Option(
      names = "--dist",
      paramLabel = "DIR",
      description = "The distribution that is measured; that of this checkout by default.")
  private Path dist = HOME.resolveSibling("cli").resolve("target").resolve("lockbroker");

  @Option(names = "--list", description = "Say what can be measured here, and what is missing.")
  private boolean list;

  @SuppressWarnings("unused") // by us; picocli looks at it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  /** Never returns. */
  public static void main(String[] args) {
    System.exit(run(args, writer(System.out), writer(System.err)));
  }

  /** µ and × also where the locale knows none. */
  private static PrintWriter writer(OutputStream to) {
    return new PrintWriter(to, true, StandardCharsets.UTF_8);
  }

  static int run(String[] args, PrintWriter out, PrintWriter err) {
    CommandLine line = new CommandLine(new Main()).setOut(out).setErr(err);
    line.setParameterExceptionHandler(
        (e, ignored) -> {
          err.println("bench/run: " + firstLine(e) + "; see bench/run --help");
          return USAGE;
        });
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          if (e instanceof InterruptedException || e instanceof ClosedByInterruptException) {
            err.println("bench/run: interrupted; nothing of this run is kept");
            return INTERRUPTED;
          }
          err.println("bench/run: " + firstLine(e));
          return e instanceof Unavailable ? UNAVAILABLE : FAILED;
        });
    return line.execute(args);
  }

  static String firstLine(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message.lines().findFirst().orElse(e.toString());
  }

  /** Nothing can be measured; the message says why and what to do. */
  static final class Unavailable extends IOException {
    private static final long serialVersionUID = 1;

    Unavailable(String message) {
      super(message);
    }
  }

  @Override
  public Integer call() throws Exception {
    if (runs < 1) {
      throw usage("--runs is at least 1, not " + runs);
    }
    List<Workload> workloads = chosen(Workloads.all(), only, Workload::id, "workload");
    List<Peer> candidates = chosen(Peers.all(dist), peers, Peer::id, "peer");
    if (list) {
      list(workloads, candidates);
      return OK;
    }
    if (!Files.isExecutable(dist.resolve("bin").resolve("lockctl"))) {
      throw new Unavailable(
          "there is no "
              + dist.resolve("bin").resolve("lockctl")
              + "; build it: ./lockctl --version");
    }
    if (workloads.isEmpty() || candidates.isEmpty()) {
      throw new Unavailable("there is nothing to measure; see bench/run --list");
    }
    PrintWriter err = command().getErr();
    try (Interruption interruption = new Interruption(Thread.currentThread());
        WorkFolder folder = WorkFolder.make(work, HOME)) {
      interruption.watch();
      Measuring measuring =
          new Measuring(workloads, candidates, dist, folder.path(), out, quick, HOME, err);
      boolean allWell = true;
      for (int i = 0; i < runs; i++) {
        allWell &= measuring.run();
      }
      command().getOut().print(measuring.goals());
      command().getOut().flush();
      return allWell ? OK : FAILED;
    }
  }

  private CommandLine command() {
    return specification().commandLine();
  }

  private CommandSpec specification() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the specification");
    }
    return spec;
  }

  private ParameterException usage(String message) {
    return new ParameterException(command(), message);
  }

  /** Those named, in their own order; all if none is. */
  private <T> List<T> chosen(
      List<T> all, List<String> names, Function<T, String> idOf, String what) {
    for (String name : names) {
      if (all.stream().noneMatch(one -> idOf.apply(one).equals(name))) {
        throw usage(
            "there is no "
                + what
                + " '"
                + name
                + "', only "
                + String.join(", ", all.stream().map(idOf).toList()));
      }
    }
    return names.isEmpty()
        ? all
        : all.stream().filter(one -> names.contains(idOf.apply(one))).toList();
  }

  private void list(List<Workload> workloads, List<Peer> candidates) {
    PrintWriter to = command().getOut();
    for (Workload workload : workloads) {
      to.printf("%-20s %s%n", workload.id(), workload.title());
    }
    for (Peer peer : candidates) {
      to.printf("%-20s %s%n", peer.id(), text(peer.find()));
    }
    to.flush();
  }

  static String text(Found found) {
    return found instanceof Found.Here here ? here.version() : missing((Found.Missing) found);
  }

  static String missing(Found.Missing missing) {
    return "missing: " + missing.what() + "; " + missing.howToGet();
  }
}
