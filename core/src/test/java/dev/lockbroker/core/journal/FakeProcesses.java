package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.ProcessView;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.process.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Processes that live until they are said to be dead. */
final class FakeProcesses implements Processes {
  final Set<Long> dead = new HashSet<>();
  final Set<Long> unknown = new HashSet<>();
  final List<ProcessIdentity> carriers = new ArrayList<>();

  @Override
  public Verdict judge(ProcessIdentity process) {
    if (unknown.contains(process.pid())) {
      return Verdict.UNKNOWN;
    }
    return dead.contains(process.pid()) ? Verdict.DEAD : Verdict.ALIVE;
  }

  @Override
  public OptionalLong startTicks(long pid) {
    return OptionalLong.of(1);
  }

  @Override
  public OptionalLong session(long pid) {
    return OptionalLong.of(1);
  }

  @Override
  public Optional<ProcessView> view(ProcessIdentity process) {
    return Optional.empty();
  }

  @Override
  public List<ProcessIdentity> carriers(String variable, String needle, long session) {
    return List.copyOf(carriers);
  }
}
