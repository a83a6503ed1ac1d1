package dev.lockbroker.bench.process;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A {@code lockbrokerd} of the distribution, as a user starts it; ended by its {@link Children}.
 */
public final class BrokerProcess {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 5;

  private final Children children;
  private final Child process;

  private BrokerProcess(Children children, Child process) {
    this.children = children;
    this.process = process;
  }

  /** Starts one and does not wait for it. */
  public static BrokerProcess spawn(Children children, Path dist) throws IOException {
    String script = dist.resolve("bin/lockbrokerd").toString();
    return new BrokerProcess(
        children, children.start(children.surroundings().folder(), List.of(script)));
  }

  /**
   * Starts one that listens.
   *
   * @throws IOException if it does not, and what it said about it
   */
  public static BrokerProcess start(Children children, Path dist)
      throws IOException, InterruptedException {
    BrokerProcess broker = spawn(children, dist);
    long startNanos = System.nanoTime();
    while (!accepts(children.surroundings().socket())) {
      if (!broker.process.isAlive() || System.nanoTime() - startNanos > PATIENCE.toNanos()) {
        broker.process.expect("a line on its socket", Duration.ZERO);
      }
      Thread.sleep(POLL_MILLIS);
    }
    return broker;
  }

  private static boolean accepts(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false;
    }
  }

  /** Its process id: the script has become the JVM. */
  public long pid() {
    return process.pid();
  }

  /** Kills it. */
  public void end() {
    children.end(process);
  }
}
