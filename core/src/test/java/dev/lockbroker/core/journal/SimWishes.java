package dev.lockbroker.core.journal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What clients and administrators really wanted: the causes that entries may have. */
final class SimWishes {
  private final Set<String> ended = new HashSet<>();
  private final Set<String> violent = new HashSet<>();
  private final Set<Long> forced = new HashSet<>();
  private final Map<Long, Integer> refreshes = new HashMap<>();

  void end(String request) {
    ended.add(request);
  }

  /** Its command ended by violence: what that has started keeps the lease. */
  void endAfterViolence(String request) {
    violent.add(request);
  }

  boolean isViolent(String request) {
    return violent.contains(request);
  }

  void keep(String request) {
    ended.remove(request);
  }

  boolean isEnded(String request) {
    return ended.contains(request);
  }

  void force(long ticket) {
    forced.add(ticket);
  }

  boolean isForced(long ticket) {
    return forced.contains(ticket);
  }

  void refresh(long ticket) {
    refreshes.merge(ticket, 1, Integer::sum);
  }

  /** Uses up one wish. */
  boolean takeRefresh(long ticket) {
    int left = refreshes.getOrDefault(ticket, 0);
    refreshes.put(ticket, left - 1);
    return left > 0;
  }
}
