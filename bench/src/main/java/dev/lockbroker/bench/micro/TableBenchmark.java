package dev.lockbroker.bench.micro;

import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Command;
import dev.lockbroker.core.table.Decision;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Scope;
import dev.lockbroker.core.table.Ticket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Decisions in memory, with so many leases of other scopes and as many who wait. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets up first
public class TableBenchmark {
  private static final long TTL_MILLIS = 60_000;

  /** Leases, and waiting tickets behind the first of them. */
  @Param({"0", "10", "100", "1000"})
  public int others;

  private LockTable table;
  private ProcessIdentity self;
  private Command.Request request;
  private Claims mine;
  private Claims several;

  /** Fills the table. */
  @Setup
  public void fill() {
    self = LinuxHost.current().self();
    table = new LockTable(0);
    for (int i = 0; i < others; i++) {
      join(Bed.exclusive("/name/held-" + i));
    }
    for (Ticket ticket : table.grantable()) {
      table.apply(table.grant(ticket, 0, Long.MAX_VALUE / 2));
    }
    for (int i = 0; i < others; i++) {
      join(Bed.exclusive("/name/held-0"));
    }
    mine = Bed.exclusive("/name/mine");
    several =
        new Claims(
            List.of(
                new Claim(LockMode.SHARED, new Scope("/name/a")),
                new Claim(LockMode.SHARED, new Scope("/name/b")),
                new Claim(LockMode.EXCLUSIVE, new Scope("/worktree/c"))));
    request = ask(mine, 0);
  }

  private void join(Claims claims) {
    for (Entry entry : table.decide(ask(claims, table.counter() + 1), 0).entries()) {
      table.apply(entry);
    }
  }

  private Command.Request ask(Claims claims, long number) {
    RequestId id = new RequestId(String.format("%032x", number));
    return new Command.Request(
        id, claims, self, TTL_MILLIS, LeaseKind.LEASE, "bench", false, false);
  }

  /** What a request comes to. */
  @Benchmark
  public Decision decide() {
    return table.decide(request, 0);
  }

  /** Who can be granted: looked at in each transaction. */
  @Benchmark
  public List<Ticket> grantable() {
    return table.grantable();
  }

  /** Who is in the way of a new request or of a waiter: looked at in each transaction. */
  @Benchmark
  public List<Ticket> obstacles() {
    return table.obstacles(List.of(mine));
  }

  /** Three claims against one. */
  @Benchmark
  public boolean conflict() {
    return several.conflictWith(mine);
  }
}
