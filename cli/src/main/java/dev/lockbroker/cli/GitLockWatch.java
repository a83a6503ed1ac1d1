package dev.lockbroker.cli;

import dev.lockbroker.core.git.NativeLocks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for git's own locks. Every git command makes some and removes them at once: told of are
 * those that two looks have seen.
 */
final class GitLockWatch {
  private final @Nullable NativeLocks locks;
  private final Map<Path, NativeLocks.View> told = new HashMap<>();
  private Set<Path> before = Set.of();

  GitLockWatch(Settings settings, Path journalDirectory) {
    this.locks = NativeLocks.around(journalDirectory, settings.host());
  }

  /** What has come or gone since the last call. */
  List<WatchEvent> news() {
    List<WatchEvent> events = new ArrayList<>();
    if (locks == null) {
      return events;
    }
    Set<Path> now = locks.files();
    Set<Path> lasting = new HashSet<>(now);
    lasting.retainAll(before);
    lasting.removeAll(told.keySet());
    if (!lasting.isEmpty()) {
      for (NativeLocks.View view : locks.look(false)) {
        if (lasting.contains(view.file())) {
          // Kept by when it was made, because its age goes on.
          told.put(view.file(), aged(view, System.currentTimeMillis() - view.ageMillis()));
          events.add(WatchEvent.of("git-lock", view));
        }
      }
    }
    for (NativeLocks.View view : List.copyOf(told.values())) {
      if (!now.contains(view.file())) {
        told.remove(view.file());
        long bornMillis = view.ageMillis(); // see above
        long ageMillis = Math.max(0, System.currentTimeMillis() - bornMillis);
        events.add(WatchEvent.of("git-lock-gone", aged(view, ageMillis)));
      }
    }
    before = now;
    return events;
  }

  private static NativeLocks.View aged(NativeLocks.View view, long millis) {
    return new NativeLocks.View(view.file(), view.tree(), millis, view.suspects());
  }
}
