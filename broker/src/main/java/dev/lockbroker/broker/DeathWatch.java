package dev.lockbroker.broker;

import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.process.Verdict;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks at clients whose stream broke. A broken stream proves nothing: the client may have gone to
 * another arbiter. But it is the first sign of a death, and a process that is being killed is seen
 * dead only a moment after its descriptors were closed. So the looks come quickly at first, and end
 * with a proof or after a second.
 */
final class DeathWatch {
  private static final long[] LOOK_AT_MILLIS = {
    0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 400, 500, 600, 700, 800, 900, 1000
  };

  private final Processes processes;
  private final LiveClients live;
  private final ScheduledExecutorService timer;
  private final Executor pool;

  DeathWatch(Processes processes, LiveClients live, ScheduledExecutorService timer, Executor pool) {
    this.processes = processes;
    this.live = live;
    this.timer = timer;
    this.pool = pool;
  }

  /** Looks at the client from now on; if it is dead, the repositories run a transaction. */
  void examine(ProcessIdentity client, Collection<Repository> repositories) {
    if (!repositories.isEmpty()) {
      look(new Examination(client, List.copyOf(repositories), 0));
    }
  }

  private void look(Examination examination) {
    try {
      pool.execute(() -> judge(examination));
    } catch (RejectedExecutionException e) {
      // The broker ends.
    }
  }

  private void judge(Examination examination) {
    if (live.contains(examination.client)) {
      return;
    }
    if (processes.judge(examination.client) == Verdict.DEAD) {
      examination.repositories.forEach(Repository::wake);
    } else if (examination.step + 1 < LOOK_AT_MILLIS.length) {
      later(examination.next());
    }
  }

  private void later(Examination next) {
    long delay = LOOK_AT_MILLIS[next.step] - LOOK_AT_MILLIS[next.step - 1];
    try {
      var unused = timer.schedule(() -> look(next), delay, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The broker ends.
    }
  }

  /** How far it has come with one client. */
  private record Examination(ProcessIdentity client, List<Repository> repositories, int step) {
    Examination next() {
      return new Examination(client, repositories, step + 1);
    }
  }
}
