package dev.lockbroker.bench.micro;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One ticket's life in a journal of a given length. Each iteration is a short batch, for the
 * journal grows by it, and the next one begins by bringing it back to that length.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 60)
@Measurement(iterations = 120)
@SuppressWarnings("NullAway.Init") // JMH sets up first
public class JournalLengthBenchmark {
  /** Some hundredths of the growth between two compactions. */
  static final int BATCH = 25;

  private static final Claims MINE = Bed.exclusive("/name/mine");

  /** How much of the way from one compaction to the next, in percent; just behind one at 0. */
  @Param({"0", "25", "50", "90"})
  public int percent;

  private Bed bed;
  private Arbiter other;
  private long longest;

  /** Learns when a journal is written anew. */
  @Setup(Level.Trial)
  public void make() throws IOException {
    bed = new Bed();
    other = bed.another();
    bed.pair(MINE);
    longest = bed.growUntilCompaction(MINE);
  }

  /** Brings the journal to its length. */
  @Setup(Level.Iteration)
  public void grow() throws IOException {
    if (bed.length() > longest * percent / 100) {
      bed.growUntilCompaction(MINE);
    }
    bed.growTo(longest * percent / 100, MINE);
  }

  /** Removes it. */
  @TearDown(Level.Trial)
  public void remove() throws IOException {
    other.close();
    bed.close();
  }

  /** By one arbiter, which knows the journal but for what is new: a broker. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void pair() throws IOException {
    for (int i = 0; i < BATCH; i++) {
      bed.pair(MINE);
    }
  }

  /** By two arbiters, each of which has to read what the other wrote: clients without a broker. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void pairByTwo() throws IOException {
    for (int i = 0; i < BATCH; i++) {
      Ticket ticket = bed.ask(MINE);
      bed.end(other, ticket);
    }
  }

  /**
   * By an arbiter that reads the journal for the first time: a command that lives for one lock.
   * Such a one compacts early, so that only the first of a batch meets the length.
   */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void pairByNewcomers() throws IOException {
    for (int i = 0; i < BATCH; i++) {
      try (Arbiter newcomer = bed.another()) {
        bed.end(newcomer, bed.ask(newcomer, MINE));
      }
    }
  }
}
