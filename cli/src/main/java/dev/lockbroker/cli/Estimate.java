package dev.lockbroker.cli;

import dev.lockbroker.client.HolderView;
import dev.lockbroker.client.QueueUpdate;
import dev.lockbroker.core.journal.WaitNote;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long a wait will still take, from how long leases with the same labels were held the last
 * times that somebody waited for them. A guess, for people.
 */
final class Estimate {
  /** So many of the latest leases with a label tell what is usual. */
  private static final int LATEST = 15;

  static final long UNKNOWN = -1;

  private final Map<String, List<Long>> byLabel = new LinkedHashMap<>();
  private final List<Long> all = new ArrayList<>();

  /**
   * Learns from waits that are over.
   *
   * @param notes the oldest first
   */
  Estimate(List<WaitNote> notes) {
    Map<Long, WaitNote.Holder> leases = new LinkedHashMap<>();
    for (WaitNote note : notes) {
      // Who gave up did not see the end of what he waited for.
      if (note.outcome().equals("granted")) {
        for (WaitNote.Holder holder : note.holders()) {
          WaitNote.Holder before = leases.get(holder.token());
          if (before == null || before.untilMillis() < holder.untilMillis()) {
            leases.put(holder.token(), holder);
          }
        }
      }
    }
    for (WaitNote.Holder lease : leases.values()) {
      long millis = Math.max(0, lease.untilMillis() - lease.sinceMillis());
      add(byLabel.computeIfAbsent(lease.label(), label -> new ArrayList<>()), millis);
      add(all, millis);
    }
  }

  private static void add(List<Long> latest, long millis) {
    latest.add(millis);
    if (latest.size() > LATEST) {
      latest.remove(0);
    }
  }

  /**
   * Milliseconds until it is granted, or {@link #UNKNOWN} where there is nothing to go by.
   *
   * @param ageMillis how old the update is
   */
  long leftMillis(QueueUpdate update, long ageMillis) {
    long left = 0;
    for (HolderView holder : update.holders()) {
      long held = holder.held().toMillis() + ageMillis;
      long one = usual(byLabel.getOrDefault(holder.label(), List.of()), held);
      if (one == UNKNOWN) {
        return UNKNOWN;
      }
      left = Math.max(left, one - held);
    }
    int ahead = update.position() - 1;
    long each = ahead > 0 ? usual(all, 0) : 0;
    return each == UNKNOWN ? UNKNOWN : left + ahead * each;
  }

  /** The median of those that took longer than it has taken already. */
  private static long usual(List<Long> known, long heldMillis) {
    List<Long> longer = new ArrayList<>();
    for (long millis : known) {
      if (millis > heldMillis) {
        longer.add(millis);
      }
    }
    longer.sort(null);
    return longer.isEmpty() ? UNKNOWN : longer.get(longer.size() / 2);
  }
}
