package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.process.Proc;
import dev.lockbroker.bench.report.Results;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** A server that nobody asks anything, between two looks at it. Confined to one thread. */
final class Resting {
  private static final String ID = "P7";
  private static final double NANOS_PER_SECOND = 1e9;

  private final String peer;
  private final Supplier<long[]> pids;
  private long beganNanos;
  private long[] counted = {};
  private Proc.Used before = new Proc.Used(0, Map.of());

  Resting(String peer, Supplier<long[]> pids) {
    this.peer = peer;
    this.pids = pids;
  }

  String peer() {
    return peer;
  }

  void begin() throws IOException {
    counted = withChildren(pids.get());
    before = Proc.used(counted);
    beganNanos = System.nanoTime();
  }

  /** A server may serve a session by a process of its own. */
  private static long[] withChildren(long[] roots) {
    return LongStream.of(roots)
        .flatMap(
            root ->
                LongStream.concat(
                    LongStream.of(root),
                    ProcessHandle.of(root).stream()
                        .flatMap(ProcessHandle::descendants)
                        .mapToLong(ProcessHandle::pid)))
        .distinct()
        .toArray();
  }

  /** Takes down what it was since {@link #begin}, and its memory now. */
  void end(Results results, String variant) throws IOException {
    Proc.Used now = Proc.used(counted);
    double seconds = (System.nanoTime() - beganNanos) / NANOS_PER_SECOND;
    double ticks = now.processorSeconds() - before.processorSeconds();
    double scheduled = now.scheduledSecondsSince(before);
    results.addFigure(ID, peer, variant, "resident", Proc.residentMb(counted), "MB");
    results.addFigure(ID, peer, variant, "proportional", Proc.proportionalMb(counted), "MB");
    results.addFigure(ID, peer, variant, "cpu", 100 * ticks / seconds, "%");
    results.addFigure(ID, peer, variant, "cpu, scheduler's count", 100 * scheduled / seconds, "%");
    results.addFigure(ID, peer, variant, "wake-ups", now.wakeUpsSince(before) / seconds, "/s");
  }
}
