package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.params.SetParams;

/**
 * The lock that Redis' own documentation describes for one instance, with Jedis: {@code SET name
 * random NX PX 30000}, tried again every millisecond, and a script that deletes the key if it still
 * has that value. Without any renewal.
 */
final class RedisPlainPeer implements Peer {
  private static final long TTL_MILLIS = 30_000;
  private static final long POLL_MILLIS = 1;
  private static final String RELEASE =
      "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1])"
          + " else return 0 end";

  @Override
  public String id() {
    return "redis-plain";
  }

  @Override
  public boolean isFifo() {
    return false;
  }

  @Override
  public Found find() {
    return RedisServer.find("Jedis " + Programs.versionOf(Jedis.class));
  }

  @Override
  public Service start(Path folder) throws IOException, InterruptedException {
    return RedisServer.start(folder);
  }

  @Override
  public Session connect(String address) {
    return new JedisSession(Path.of(address));
  }

  /** A connection for each lock, as one serves one thread at a time. */
  private static final class JedisSession implements Session {
    private final Path socket;
    private final List<Jedis> connections = new ArrayList<>();

    JedisSession(Path socket) {
      this.socket = socket;
    }

    @Override
    public synchronized Lock lock(String name) {
      Jedis connection =
          new Jedis(
              () -> {
                try {
                  return AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(socket));
                } catch (IOException e) {
                  throw new JedisConnectionException("no Redis at " + socket, e);
                }
              });
      connections.add(connection);
      return new KeyLock(connection, name, connection.scriptLoad(RELEASE));
    }

    @Override
    public synchronized void close() {
      connections.forEach(Jedis::close);
    }
  }

  /** Used by one thread at a time. */
  private static final class KeyLock implements Lock {
    private final Jedis connection;
    private final String name;
    private final String release;
    private final String session = UUID.randomUUID().toString();
    private final SetParams condition = new SetParams().nx().px(TTL_MILLIS);
    private long round;

    KeyLock(Jedis connection, String name, String release) {
      this.connection = connection;
      this.name = name;
      this.release = release;
    }

    @Override
    public void acquire() throws InterruptedException {
      round++;
      while (connection.set(name, session + round, condition) == null) {
        Thread.sleep(POLL_MILLIS);
      }
    }

    @Override
    public void release() {
      Object deleted = connection.evalsha(release, 1, name, session + round);
      if (!Long.valueOf(1).equals(deleted)) {
        throw new IllegalStateException("the lock " + name + " has expired under its holder");
      }
    }
  }
}
