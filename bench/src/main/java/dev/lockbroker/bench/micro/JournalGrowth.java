package dev.lockbroker.bench.micro;

import dev.lockbroker.bench.report.Results;
import dev.lockbroker.bench.report.Series;
import dev.lockbroker.bench.workload.Goal;
import dev.lockbroker.bench.workload.Lab;
import dev.lockbroker.bench.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * P9: what a transaction costs against the length of the journal and the number of tickets, by JMH
 * in the process itself: no broker, no client, no transport.
 */
public final class JournalGrowth implements Workload {
  private static final String ID = "P9";
  private static final String CORE = "lockbroker-core";
  private static final double MOST = 1.2;

  /**
   * Compared is the time that three in ten stay below: other work on the machine only ever adds,
   * and each point is measured in a process of its own.
   */
  private static final double COMPARED = 0.3;

  /** What is varied, and the name of it in variants. */
  private record Growth(
      Class<?> benchmark, String method, String parameter, String name, List<String> values) {
    String variant(String value) {
      return name + "=" + value;
    }
  }

  private static final Growth LENGTH =
      growth(JournalLengthBenchmark.class, "pair", "percent", "journal %", "0", "25", "50", "90");
  private static final Growth LENGTH_BY_TWO =
      growth(JournalLengthBenchmark.class, "pairByTwo", "percent", "journal by two %", "0", "90");
  private static final Growth LEASES =
      growth(
          TicketsBenchmark.class, "pairBesideLeases", "others", "leases", "0", "10", "100", "1000");
  private static final Growth WAITERS =
      growth(TicketsBenchmark.class, "pairBesideWaiters", "others", "waiting", "0", "1000");
  private static final Growth HAND_OFF =
      growth(TicketsBenchmark.class, "handOff", "others", "queue", "10", "1000");

  private static Growth growth(
      Class<?> benchmark, String method, String parameter, String name, String... values) {
    return new Growth(benchmark, method, parameter, name, List.of(values));
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String title() {
    return "one ticket's life (two transactions) against the journal's length and other tickets";
  }

  @Override
  public List<Goal> goals() {
    return List.of(
        goal("in a journal about to be compacted at most 1.2 × just after", LENGTH),
        goal("beside 1,000 leases at most 1.2 × beside none", LEASES),
        goal("beside 1,000 who wait for another scope at most 1.2 × beside none", WAITERS),
        goal("hand-off in a queue of 1,000 at most 1.2 × in one of 10", HAND_OFF));
  }

  private static Goal goal(String text, Growth growth) {
    return new Goal(text, results -> lastToFirst(results, growth), Goal.Bound.AT_MOST, MOST, "×");
  }

  private static OptionalDouble lastToFirst(Results results, Growth growth) {
    List<String> values = growth.values();
    OptionalDouble first = at(results, growth, values.get(0));
    OptionalDouble last = at(results, growth, values.get(values.size() - 1));
    return first.isPresent() && last.isPresent()
        ? OptionalDouble.of(last.getAsDouble() / first.getAsDouble())
        : OptionalDouble.empty();
  }

  private static OptionalDouble at(Results results, Growth growth, String value) {
    return results.quantile(ID, CORE, growth.variant(value), quantity(growth), COMPARED);
  }

  private static String quantity(Growth growth) {
    return growth.equals(HAND_OFF) ? "join and hand-off" : "pair in core";
  }

  @Override
  public void measure(Lab lab) throws Exception {
    // Its lock is for all users of the machine, and may be a file of somebody else's. That another
    // one measures as well is seen in the load that the report states.
    System.setProperty("jmh.ignoreLock", "true");
    List<Growth> growths =
        lab.isQuick()
            ? List.of(ends(LENGTH), ends(LEASES))
            : List.of(LENGTH, LENGTH_BY_TWO, LEASES, WAITERS, HAND_OFF);
    for (Growth growth : growths) {
      for (RunResult result : run(growth, lab)) {
        String value = result.getParams().getParam(growth.parameter());
        lab.results().add(series(growth, value, result.getPrimaryResult().getStatistics()));
      }
    }
    lab.results()
        .note(
            ID,
            "of journal lengths each sample is the mean of "
                + JournalLengthBenchmark.BATCH
                + " pairs, as the journal grows by them; goals compare the 30 % quantile");
  }

  private static Growth ends(Growth growth) {
    List<String> values = growth.values();
    return new Growth(
        growth.benchmark(),
        growth.method(),
        growth.parameter(),
        growth.name(),
        List.of(values.get(0), values.get(values.size() - 1)));
  }

  private static Collection<RunResult> run(Growth growth, Lab lab) throws IOException {
    Path log = lab.folder().resolve(growth.method() + ".log");
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(growth.benchmark().getName() + "\\." + growth.method() + "$")
            .param(growth.parameter(), growth.values().toArray(new String[0]))
            .forks(1)
            .jvmArgsAppend("-D" + Bed.PLACE + "=" + lab.folder())
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .output(log.toString());
    if (lab.isQuick()) {
      options.warmupIterations(1).measurementIterations(3);
      options.warmupTime(TimeValue.milliseconds(100)).measurementTime(TimeValue.milliseconds(100));
    }
    try {
      Collection<RunResult> results = new Runner(options.build()).run();
      if (results.size() != growth.values().size()) {
        throw new IOException(growth.method() + " was not measured in full");
      }
      return results;
    } catch (RunnerException e) {
      throw new IOException("JMH failed in " + growth.method() + ": " + e.getMessage(), e);
    }
  }

  private static Series series(Growth growth, String value, Statistics statistics) {
    List<Double> quantiles = new ArrayList<>();
    for (double point : Series.POINTS) {
      quantiles.add(statistics.getPercentile(100 * point));
    }
    return new Series(
        ID, CORE, growth.variant(value), quantity(growth), "µs", statistics.getN(), quantiles);
  }
}
