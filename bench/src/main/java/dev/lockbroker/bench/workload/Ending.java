package dev.lockbroker.bench.workload;

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

  /** By the peer's name; whoever is not known is expected to notice. */
  static Ending of(String peer) {
    if (peer.startsWith("lock-file") || peer.startsWith("lockfile")) {
      return NEVER;
    }
    if (peer.startsWith("in-process")) {
      return PROCESS_ONLY;
    }
    for (String lapsing : new String[] {"redis", "etcd", "zookeeper"}) {
      if (peer.startsWith(lapsing)) {
        return LAPSE;
      }
    }
    return CONNECTION;
  }
}
