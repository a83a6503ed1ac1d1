package dev.lockbroker.broker;

import dev.lockbroker.core.process.ProcessIdentity;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The client processes that have a session here, and so are known to live. Safe for use by several
 * threads.
 */
final class LiveClients {
  private final ConcurrentMap<ProcessIdentity, Integer> sessions = new ConcurrentHashMap<>();

  void joined(ProcessIdentity client) {
    sessions.merge(client, 1, Integer::sum);
  }

  void left(ProcessIdentity client) {
    sessions.computeIfPresent(client, (same, count) -> count > 1 ? count - 1 : null);
  }

  boolean contains(ProcessIdentity client) {
    return sessions.containsKey(client);
  }
}
