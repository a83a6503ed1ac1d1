package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A way to lock, or the floor of what is possible: ourselves are two of them. Immutable; may be
 * used by several threads.
 */
public interface Peer {
  /** Short and stable, for tables, plots and command lines: {@code redisson-fair}. */
  String id();

  /** Whether whoever asked first is promised to be served first. */
  boolean isFifo();

  /** Whether it keeps processes apart; otherwise only threads of the process that started it. */
  default boolean isAcrossProcesses() {
    return true;
  }

  /** Whether it keeps sessions of one process apart; otherwise only processes. */
  default boolean isWithinProcess() {
    return true;
  }

  /** Whether it can be measured here; looks only. */
  Found find();

  /**
   * Starts its server, if it has one, listening on a Unix socket or loopback only, with all it
   * writes in that folder unless its class says otherwise.
   *
   * @param folder exists, with a path short enough for sockets in it, without spaces
   * @throws IOException if it does not start; the message says why, with the last lines of its log
   */
  Service start(Path folder) throws IOException, InterruptedException;

  /** Called in a worker's process: one session of that peer. */
  Session connect(String address) throws Exception;
}
