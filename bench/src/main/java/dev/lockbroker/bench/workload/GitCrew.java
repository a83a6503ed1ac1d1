package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.process.Child;
import dev.lockbroker.bench.process.Child.Said;
import dev.lockbroker.bench.process.Children;
import dev.lockbroker.bench.process.GitWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Programs in Java that commit, each in a JVM that is started and warm. */
final class GitCrew implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Children children;
  private final List<Child> workers = new ArrayList<>();

  private GitCrew(Children children) {
    this.children = children;
  }

  /** So many, each of which has taken that many turns of each name already. */
  static GitCrew start(Children children, int size, int warmUps, List<String> turns)
      throws IOException, InterruptedException {
    GitCrew crew = new GitCrew(children);
    boolean done = false;
    try {
      for (int i = 0; i < size; i++) {
        crew.workers.add(children.java(GitWorker.class));
      }
      for (Child worker : crew.workers) {
        worker.expect("ready", PATIENCE);
      }
      crew.warm(warmUps, turns);
      done = true;
      return crew;
    } finally {
      if (!done) {
        crew.close();
      }
    }
  }

  private void warm(int warmUps, List<String> turns) throws IOException, InterruptedException {
    Path places = Files.createTempDirectory(children.surroundings().folder(), "warm");
    List<Path> own = new ArrayList<>();
    for (int i = 0; i < workers.size(); i++) {
      own.add(GitPlace.create(children, places.resolve("w" + i), 1, true).worktree(0));
    }
    for (String turn : turns) {
      for (int i = 0; i < workers.size(); i++) {
        workers.get(i).say(turn + " " + warmUps + " - " + own.get(i));
      }
      for (Child worker : workers) {
        worker.expect("done", PATIENCE);
      }
    }
  }

  /** Each commits so often. */
  Shift work(String turn, GitPlace place, int commits) throws IOException, InterruptedException {
    List<Long> waits = new ArrayList<>();
    List<Long> totals = new ArrayList<>();
    int failures = 0;
    long startNanos = System.nanoTime();
    for (int i = 0; i < workers.size(); i++) {
      workers.get(i).say(turn + " " + commits + " f" + i + " " + place.worktree(i));
    }
    long endNanos = startNanos;
    for (Child worker : workers) {
      for (int i = 0; i < commits; i++) {
        Said op = worker.expect("op", PATIENCE);
        waits.add(op.number(1));
        totals.add(op.number(2));
        failures += op.number(3) == 0 ? 0 : 1;
      }
      endNanos = Math.max(endNanos, worker.expect("done", PATIENCE).number(1));
    }
    return new Shift(endNanos - startNanos, waits, totals, failures);
  }

  @Override
  public void close() {
    workers.forEach(children::end);
  }
}
