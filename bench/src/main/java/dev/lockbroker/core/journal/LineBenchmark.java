package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.EndReason;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.Inside;
import dev.lockbroker.core.table.LeaseKind;
import dev.lockbroker.core.table.LockMode;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Scope;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The words of a journal's line; in this package, for nobody else sees them. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class LineBenchmark {
  private final List<Entry> request =
      List.of(
          new Entry.Waits(
              1_790_000_000_000_001L,
              new RequestId("0123456789abcdef0123456789abcdef"),
              Claims.of(LockMode.EXCLUSIVE, new Scope("/worktree/main")),
              LinuxHost.current().self(),
              60_000,
              LeaseKind.LEASE,
              123_456_789_000L,
              "bench",
              Inside.NONE),
          new Entry.Granted(
              1_790_000_000_000_001L, 1_790_000_000_000_002L, 183_456_789_000L, 123_456_789_000L));

  private final List<Entry> handOff =
      List.of(new Entry.Ended(1_790_000_000_000_001L, EndReason.RELEASED), request.get(1));

  private final String requestText = EntryCodec.encode(request);
  private final String handOffText = EntryCodec.encode(handOff);

  /** A request that is granted at once. */
  @Benchmark
  public String encodeRequest() {
    return EntryCodec.encode(request);
  }

  /** An end, and the grant of the next. */
  @Benchmark
  public String encodeHandOff() {
    return EntryCodec.encode(handOff);
  }

  /** What another arbiter does with it. */
  @Benchmark
  public List<Entry> decodeRequest() {
    return EntryCodec.decode(requestText);
  }

  /** What another arbiter does with it. */
  @Benchmark
  public List<Entry> decodeHandOff() {
    return EntryCodec.decode(handOffText);
  }

  /** Over a line of that length. */
  @Benchmark
  public String checksum() {
    return Checksum.of(requestText);
  }
}
