package dev.lockbroker.bench.peer;

import java.nio.file.Path;
import java.util.List;

/** All that we know how to measure, in the order of the table. */
public final class Peers {
  private Peers() {}

  /**
   * Found here or not; ourselves first, the floors last.
   *
   * @param dist the built distribution
   */
  public static List<Peer> all(Path dist) {
    return List.of(
        LockbrokerPeer.broker(dist),
        LockbrokerPeer.auto(dist),
        LockbrokerPeer.direct(dist),
        new FcntlPeer(),
        LockFilePeer.backoff(),
        LockFilePeer.fixed(),
        new RedisPlainPeer(),
        RedissonPeer.plain(),
        RedissonPeer.fair(),
        EtcdPeer.disk(),
        EtcdPeer.memory(),
        new ZooKeeperPeer(),
        new PostgresqlPeer(),
        new RawSocketPeer(),
        new RawGrpcPeer(),
        new InProcessPeer());
  }
}
