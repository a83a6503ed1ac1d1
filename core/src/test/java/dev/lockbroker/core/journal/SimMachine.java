package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.ProcessView;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.process.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Kernel and clocks as one simulated process sees them. */
final class SimMachine extends Leeway implements Host, Processes {
  private final SimWorld world;
  private final SimProcess process;

  SimMachine(SimProcess process) {
    this.world = process.world;
    this.process = process;
  }

  @Override
  public ProcessIdentity self() {
    return process.identity();
  }

  @Override
  public String bootId() {
    return world.bootId;
  }

  @Override
  public long timeNamespace() {
    return 4026531834L;
  }

  @Override
  public long uid() {
    return 1000;
  }

  @Override
  public long bootTimeSeconds() {
    return world.bootSeconds;
  }

  @Override
  public long nanoTime() {
    process.point();
    return world.now;
  }

  @Override
  public long wallMicros() {
    return world.wallNanos() / 1000;
  }

  @Override
  public Verdict judge(ProcessIdentity identity) {
    process.point();
    return world.judge(identity);
  }

  @Override
  public OptionalLong startTicks(long pid) {
    return OptionalLong.empty();
  }

  @Override
  public OptionalLong session(long pid) {
    return OptionalLong.empty();
  }

  @Override
  public Optional<ProcessView> view(ProcessIdentity identity) {
    return Optional.empty();
  }

  @Override
  public List<ProcessIdentity> carriers(String variable, String needle, long session) {
    process.point();
    List<ProcessIdentity> found = new ArrayList<>();
    for (SimProcess other : world.processes) {
      if (!other.isDead()
          && other != process
          && needle.equals(other.tag)
          && (session < 0 || session == other.session)) {
        found.add(other.identity());
      }
    }
    return found;
  }

  @Override
  void pause(long mostNanos) {
    world.pause(process, mostNanos);
  }

  @Override
  String nonce() {
    return world.hex(16);
  }

  @Override
  long compactBytes() {
    return world.plan.compactBytes();
  }

  @Override
  long compactBytesWhenCold() {
    return world.plan.compactBytes() / 2;
  }
}
