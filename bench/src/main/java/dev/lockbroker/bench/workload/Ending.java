package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.peer.Peer;
import java.util.List;

/** What ends a peer's lock when its holder is killed. */
enum Ending {
  /** The end of its connection, or of the process itself: at once. */
  CONNECTION,
  /** A time that runs out. */
  LAPSE,
  /** Nothing. */
  NEVER,
  /** It is not shared between processes. */
  PROCESS_ONLY;

  private static final List<String> LAPSING = List.of("redis", "etcd", "zookeeper");

  /** By the peer's name; whoever is not known is expected to notice. */
  static Ending of(Peer peer) {
    if (!peer.isAcrossProcesses()) {
      return PROCESS_ONLY;
    }
    if (peer.id().startsWith("lockfile")) {
      return NEVER;
    }
    return LAPSING.stream().anyMatch(peer.id()::startsWith) ? LAPSE : CONNECTION;
  }
}
