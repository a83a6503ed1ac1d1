package dev.lockbroker.bench.peer;

import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.nio.file.Path;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.config.TransportMode;

/**
 * Redisson's locks as it makes them: with its watchdog, and told by Redis when one is given back.
 * Over the same Unix socket as the plain client, which it does through epoll only. Its pool starts
 * with one connection, so that many sessions fit on one machine.
 */
final class RedissonPeer implements Peer {
  private final boolean isFair;

  private RedissonPeer(boolean isFair) {
    this.isFair = isFair;
  }

  /** {@code getLock}. */
  static RedissonPeer plain() {
    return new RedissonPeer(false);
  }

  /** {@code getFairLock}. */
  static RedissonPeer fair() {
    return new RedissonPeer(true);
  }

  @Override
  public String id() {
    return isFair ? "redisson-fair" : "redisson";
  }

  @Override
  public boolean isFifo() {
    return isFair;
  }

  @Override
  public Found find() {
    if (!Epoll.isAvailable()) {
      return new Found.Missing(
          "netty's epoll, by which Redisson uses Unix sockets,",
          "run this on Linux with x86-64 or aarch64");
    }
    return RedisServer.find("Redisson " + Programs.versionOf(Redisson.class));
  }

  @Override
  public Service start(Path folder) throws IOException, InterruptedException {
    return RedisServer.start(folder);
  }

  @Override
  public Session connect(String address) {
    Config config = new Config();
    config.setTransportMode(TransportMode.EPOLL);
    config
        .useSingleServer()
        .setAddress("redis+uds://" + address)
        .setConnectionMinimumIdleSize(1)
        .setSubscriptionConnectionMinimumIdleSize(1);
    RedissonClient client = Redisson.create(config);
    return new Session() {
      @Override
      public Lock lock(String name) {
        return new ThreadLock(isFair ? client.getFairLock(name) : client.getLock(name));
      }

      @Override
      public void close() {
        client.shutdown();
      }
    };
  }

  /** Belongs to the thread that takes it. */
  private record ThreadLock(RLock lock) implements Lock {
    @Override
    public void acquire() throws InterruptedException {
      lock.lockInterruptibly();
    }

    @Override
    public void release() {
      lock.unlock();
    }
  }
}
