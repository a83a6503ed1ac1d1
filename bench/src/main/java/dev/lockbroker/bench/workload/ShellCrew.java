package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.process.Child;
import dev.lockbroker.bench.process.Child.Said;
import dev.lockbroker.bench.process.Children;
import dev.lockbroker.bench.process.Lockctl;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Shell loops that commit, each {@code git add} and {@code git commit} as one command under one
 * lock. What they say is stamped as it arrives, because a shell has no clock.
 */
final class ShellCrew {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Whoever prints {@code in} has got its turn. */
  private static final String COMMIT = "echo in && git add \"$0\" && git commit -qm \"$0\"";

  private ShellCrew() {}

  /** What a loop puts around its command. */
  enum Guard {
    NONE("\"$@\""),
    FLOCK("flock \"$QUEUE\" \"$@\""),
    LOCKCTL("\"$LOCKCTL\" run -- \"$@\""),
    LOCKCTL_WORKTREE("\"$LOCKCTL\" run --worktree -- \"$@\""),
    /** As scripts do it: 100 ms, twice as long each time, up to 2 s. */
    LOCK_FILE(
        """
        {
          set -- 0.1 0.2 0.4 0.8 1.6 2 -- "$@"
          while ! (set -C; : >"$QUEUE.lock") 2>/dev/null; do
            sleep "$1"
            [ "$2" = -- ] || shift
          done
          while [ "$1" != -- ]; do shift; done
          shift
          "$@"
          status=$?
          rm -f "$QUEUE.lock"
          return $status
        }""");

    private final String body;

    Guard(String body) {
      this.body = body;
    }

    private String script() {
      String function = body.startsWith("{") ? body : "{ " + body + "; }";
      return """
          guarded() %s
          echo ready
          read -r go
          n=0
          while [ "$n" -lt "$COUNT" ]; do
            echo "$n" >"$FILE.$n"
            echo ask
            if guarded sh -c '%s' "$FILE.$n"; then echo out; else echo failed; fi
            n=$((n + 1))
          done
          """
          .formatted(function, COMMIT);
    }
  }

  /** Each of so many commits so often. */
  static Shift work(
      Children children, Path dist, Guard guard, GitPlace place, int size, int commits)
      throws IOException, InterruptedException {
    List<Child> workers = new ArrayList<>();
    try {
      for (int i = 0; i < size; i++) {
        Map<String, String> variables =
            Map.of(
                "FILE", "f" + i,
                "COUNT", Integer.toString(commits),
                "QUEUE", place.lockFile().toString(),
                "LOCKCTL", Lockctl.of(dist).toString());
        workers.add(
            children.start(place.worktree(i), List.of("sh", "-c", guard.script()), variables));
      }
      for (Child worker : workers) {
        worker.expect("ready", PATIENCE);
      }
      long startNanos = System.nanoTime();
      for (Child worker : workers) {
        worker.say("go");
      }
      return heard(workers, commits, startNanos);
    } finally {
      workers.forEach(children::end);
    }
  }

  private static Shift heard(List<Child> workers, int commits, long startNanos)
      throws IOException, InterruptedException {
    List<Long> waits = new ArrayList<>();
    List<Long> totals = new ArrayList<>();
    int failures = 0;
    long endNanos = startNanos;
    for (Child worker : workers) {
      for (int i = 0; i < commits; i++) {
        Said ask = worker.expect("ask", PATIENCE);
        Said next = worker.expect(PATIENCE, "in", "failed");
        if (next.line().equals("in")) {
          waits.add(next.nanos() - ask.nanos());
          next = worker.expect(PATIENCE, "out", "failed");
        }
        failures += next.line().equals("failed") ? 1 : 0;
        totals.add(next.nanos() - ask.nanos());
        endNanos = Math.max(endNanos, next.nanos());
      }
    }
    return new Shift(endNanos - startNanos, waits, totals, failures);
  }
}
