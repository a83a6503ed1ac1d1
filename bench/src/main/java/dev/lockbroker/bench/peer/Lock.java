package dev.lockbroker.bench.peer;

/** Exclusive, as the peer understands it. */
public interface Lock {
  /** Returns when it is held. */
  void acquire() throws Exception;

  /** Returns when the peer's client says that it is given back. */
  void release() throws Exception;
}
