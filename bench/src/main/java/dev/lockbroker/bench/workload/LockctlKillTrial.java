package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.process.Child;
import dev.lockbroker.bench.process.Children;
import dev.lockbroker.bench.process.Lockctl;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * By the command line: {@code lockctl run -- sleep} is killed together with its command, and a
 * waiting {@code lockctl run -- echo} is heard.
 */
final class LockctlKillTrial implements KillTrial {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Children children;
  private final Path lockctl;
  private final Path place;
  private final Map<String, String> environment;

  /**
   * Of that distribution.
   *
   * @param mode {@code LOCKBROKER_MODE}
   * @param place what is locked
   */
  LockctlKillTrial(Children children, Path dist, String mode, Path place) {
    this.children = children;
    this.lockctl = Lockctl.of(dist);
    this.place = place;
    this.environment = Map.of("LOCKBROKER_MODE", mode);
  }

  @Override
  public long gapNanos(Duration waits, Duration bound) throws IOException, InterruptedException {
    Child holder = run("echo entered; exec sleep 1000");
    Child waiter = null;
    try {
      holder.expect("entered", PATIENCE);
      waiter = run("echo entered");
      Thread.sleep(waits.toMillis());
      if (waiter.hasSaidMore()) {
        throw new IOException("the waiter did not wait: " + waiter.next(Duration.ZERO));
      }
      long killedNanos = System.nanoTime();
      holder.kill();
      return waiter.expect("entered", bound).nanos() - killedNanos;
    } finally {
      children.end(holder);
      if (waiter != null) {
        children.end(waiter);
      }
    }
  }

  private Child run(String script) throws IOException {
    List<String> words = List.of(lockctl.toString(), "run", "--", "sh", "-c", script);
    return children.start(place, words, environment);
  }

  @Override
  public void close() {}
}
