package dev.lockbroker.bench.peer;

/** A started peer; closing ends its processes by their own pids and waits for their end. */
public interface Service extends AutoCloseable {
  /** What {@link Peer#connect} needs to know, in one word without spaces. */
  String address();

  /** The processes of the server, for memory and CPU; empty if there is none. */
  long[] pids();

  @Override
  void close();
}
