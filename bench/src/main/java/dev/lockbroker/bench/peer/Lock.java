package dev.lockbroker.bench.peer;

/** Exclusive, as the peer understands it. */
public interface Lock {
  /** Returns when it is held. */
  void acquire() throws Exception;

  /**
   * Returns when the peer's client says that it is given back. Every peer with a server waits for
   * its answer, so that a pair is at least two round trips for all of them.
   */
  void release() throws Exception;

  /**
   * While it is held: its number in the queue, rising with the order in which the peer has heard of
   * who asked; zero if the peer tells none.
   */
  default long place() {
    return 0;
  }
}
