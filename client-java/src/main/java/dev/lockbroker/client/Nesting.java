package dev.lockbroker.client;

import dev.lockbroker.core.table.Inside;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the owner of a request already holds when he asks.
 *
 * @param inside the requests
 * @param places the directories of their journals, and what a person calls each repository
 */
record Nesting(Inside inside, Map<Path, Path> places) {
  /** Of an owner that holds nothing. */
  static final Nesting NONE = new Nesting(Inside.NONE, Map.of());

  Nesting {
    places = Map.copyOf(places);
  }
}
