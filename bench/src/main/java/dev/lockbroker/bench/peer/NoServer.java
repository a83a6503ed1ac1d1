package dev.lockbroker.bench.peer;

/**
 * A peer that needs no process.
 *
 * @param address the folder of its files, or a name
 */
record NoServer(String address) implements Service {
  @Override
  public long[] pids() {
    return new long[0];
  }

  @Override
  public void close() {}
}
