package dev.lockbroker.cli;

import java.util.Locale;

/**
 * What somebody who looks at a repository should do next. The list is closed; scripts rely on it.
 */
enum NextAction {
  /** Nothing: it is free, or cannot be used for a reason that is said. */
  NONE,
  /** Wait, or go on with whoever is in the way: what holds it is alive. */
  WAIT,
  /** Clear away what nobody stands behind any more. */
  CLEAR_STALE,
  /** A lock of git's own is in the way and nobody is seen who could need it: look at it. */
  INSPECT_GIT_LOCK,
  /** A command whose lockctl is gone keeps the lock: let it end, or end it. */
  END_ORPHAN,
  /** A broker is required here and none answers. */
  START_BROKER;

  /** As it stands in {@code status --json}. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
