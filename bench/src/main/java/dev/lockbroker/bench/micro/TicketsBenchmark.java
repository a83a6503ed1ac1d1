package dev.lockbroker.bench.micro;

import dev.lockbroker.core.journal.Turn;
import dev.lockbroker.core.table.Claims;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Transactions beside many other tickets; compactions included, as they come. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets up first
public class TicketsBenchmark {
  private static final Claims MINE = Bed.exclusive("/name/mine");
  private static final Claims BUSY = Bed.exclusive("/name/busy");

  /** How many others there are. */
  @Param({"0", "10", "100", "1000"})
  public int others;

  private Bed beside;
  private Bed behind;
  private Bed queue;

  /** Makes the others. */
  @Setup(Level.Trial)
  public void make() throws IOException {
    beside = new Bed();
    beside.hold(others);
    behind = new Bed();
    behind.queue(others + 1, BUSY);
    queue = new Bed();
    queue.queue(others + 1, BUSY);
  }

  /** Removes the journals. */
  @TearDown(Level.Trial)
  public void remove() throws IOException {
    beside.close();
    behind.close();
    queue.close();
  }

  /** One ticket's life beside so many leases of other scopes. */
  @Benchmark
  public Turn pairBesideLeases() throws IOException {
    return beside.pair(MINE);
  }

  /** One ticket's life beside so many who wait for another scope. */
  @Benchmark
  public Turn pairBesideWaiters() throws IOException {
    return behind.pair(MINE);
  }

  /** The lease in front is given back to the next, and one more joins the end of the queue. */
  @Benchmark
  public Turn handOff() throws IOException {
    queue.ask(BUSY);
    return queue.end(queue.oldestLease());
  }
}
