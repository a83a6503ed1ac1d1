package dev.lockbroker.bench.micro;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.LinuxHost;
import dev.lockbroker.core.process.LinuxProcesses;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.process.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Whether a process lives: asked about whoever stands in somebody's way. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets up first
public class ProcessBenchmark {
  private Host host;
  private Processes processes;
  private Process child;
  private ProcessIdentity living;
  private ProcessIdentity dead;

  /** Starts a process to look at. */
  @Setup
  public void start() throws IOException {
    host = LinuxHost.current();
    processes = new LinuxProcesses(host, Path.of("/proc"));
    child = new ProcessBuilder("sleep", "600").start();
    ProcessIdentity self = host.self();
    long ticks = processes.startTicks(child.pid()).orElseThrow();
    living = new ProcessIdentity(child.pid(), ticks, self.pidNamespace(), self.uid());
    // Of another start: its number belongs to somebody else now.
    dead = new ProcessIdentity(child.pid(), ticks - 1, self.pidNamespace(), self.uid());
  }

  /** Ends it. */
  @TearDown
  public void end() throws InterruptedException {
    child.destroy();
    child.waitFor();
  }

  /** One that lives. */
  @Benchmark
  public Verdict judgeLiving() {
    return processes.judge(living);
  }

  /** One that is gone, whose number another one has. */
  @Benchmark
  public Verdict judgeDead() {
    return processes.judge(dead);
  }

  /** The clock that all processes share. */
  @Benchmark
  public long clock() {
    return host.nanoTime();
  }
}
