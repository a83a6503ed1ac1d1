package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.process.Child;
import dev.lockbroker.bench.process.Children;
import dev.lockbroker.bench.process.Lockctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * By the command line: {@code lockctl run -- sleep} is killed together with its command, and a
 * waiting {@code lockctl run -- echo} is heard. Each time in a new repository, whose journal says
 * when the second one has come to wait.
 */
final class LockctlKillTrial implements KillTrial {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 5;

  /** An entry of the journal that says that somebody has asked. */
  private static final Pattern ASKED = Pattern.compile("(?:^\\S+ \\S+ |;)w ", Pattern.MULTILINE);

  private final Children children;
  private final Path lockctl;
  private final Path places;
  private final Map<String, String> environment;
  private int samples;

  /**
   * Of that distribution.
   *
   * @param mode {@code LOCKBROKER_MODE}
   * @param places where repositories are made
   */
  LockctlKillTrial(Children children, Path dist, String mode, Path places) {
    this.children = children;
    this.lockctl = Lockctl.of(dist);
    this.places = places;
    this.environment = Map.of("LOCKBROKER_MODE", mode);
  }

  @Override
  public long gapNanos(Duration waits, Duration bound) throws IOException, InterruptedException {
    Path place = GitPlace.create(children, places.resolve("s" + ++samples), 1, true).worktree(0);
    Child holder = run(place, "echo entered; exec sleep 1000");
    Child waiter = null;
    try {
      holder.expect("entered", PATIENCE);
      waiter = run(place, "echo entered");
      awaitSecond(place.resolve(".git/lockbroker/journal"));
      Thread.sleep(waits.toMillis());
      if (waiter.hasSaidMore()) {
        throw new IOException("the waiter did not wait: " + waiter.next(Duration.ZERO));
      }
      long killedNanos = System.nanoTime();
      holder.kill();
      Child.Said entered = waiter.next(bound);
      if (entered == null) {
        throw new IOException("the waiter has not entered " + bound.toSeconds() + " s later");
      }
      return entered.nanos() - killedNanos;
    } finally {
      children.end(holder);
      if (waiter != null) {
        children.end(waiter);
      }
    }
  }

  private static void awaitSecond(Path journal) throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    while (ASKED.matcher(Files.readString(journal)).results().count() < 2) {
      if (System.nanoTime() - startNanos > PATIENCE.toNanos()) {
        throw new IOException("the waiter has not begun to wait within " + PATIENCE);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private Child run(Path place, String script) throws IOException {
    List<String> words = List.of(lockctl.toString(), "run", "--", "sh", "-c", script);
    return children.start(place, words, environment);
  }

  @Override
  public void close() {}
}
