package dev.lockbroker.client;

import java.util.List;

/**
 * Where a waiting request stands.
 *
 * @param position 1 for the next one
 * @param waiters how many wait for something that conflicts with it, itself included
 * @param holders who is in the way; empty for the moment between two holders
 */
public record QueueUpdate(int position, int waiters, List<HolderView> holders) {
  /** Copies the list. */
  public QueueUpdate {
    holders = List.copyOf(holders);
  }

  /** Whether place and holders are those of the other one, whatever the time. */
  boolean isSameAs(QueueUpdate other) {
    if (position != other.position
        || waiters != other.waiters
        || holders.size() != other.holders.size()) {
      return false;
    }
    for (int i = 0; i < holders.size(); i++) {
      HolderView mine = holders.get(i);
      HolderView theirs = other.holders.get(i);
      if (mine.token() != theirs.token()
          || mine.pid() != theirs.pid()
          || !mine.state().equals(theirs.state())) {
        return false;
      }
    }
    return true;
  }
}
