package dev.lockbroker.broker;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the latest requests ended, for who asks late. Safe for use by several threads. */
final class Endings {
  /** What is said when the ending is not known. */
  static final String UNKNOWN = "unknown";

  private final Map<String, String> causes =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > Limits.ENDINGS_REMEMBERED;
        }
      };

  synchronized void add(String requestId, String cause) {
    causes.put(requestId, cause);
  }

  synchronized @Nullable String of(String requestId) {
    return causes.get(requestId);
  }

  /** The cause, or {@link #UNKNOWN}. */
  synchronized String orUnknown(String requestId) {
    return causes.getOrDefault(requestId, UNKNOWN);
  }

  synchronized void forget(String requestId) {
    causes.remove(requestId);
  }
}
