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
}
