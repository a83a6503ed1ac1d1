package dev.lockbroker.core.table;

import java.util.LinkedHashSet;
import java.util.List;

/**
 * What a request is made inside of: the requests whose leases its asker already holds, and keeps
 * while this one waits, in whatever repository. It is what a cycle of waiting is found by: somebody
 * who holds nothing while he waits can never close one.
 *
 * <p>Only a claim of the asker's, and only ever used to refuse his own kind of waiting; leases that
 * have ended meanwhile do not matter.
 *
 * @param requests without doubles, in the order given: the innermost first
 */
public record Inside(List<RequestId> requests) {
  /** Far deeper than hooks in hooks go; bounds a journal line. */
  public static final int MAX = 32;

  /** Of an asker that holds nothing. */
  public static final Inside NONE = new Inside(List.of());

  /**
   * Copies the list and drops doubles.
   *
   * @throws IllegalArgumentException if it is longer than {@link #MAX}
   */
  public Inside {
    requests = List.copyOf(new LinkedHashSet<>(requests));
    if (requests.size() > MAX) {
      throw new IllegalArgumentException("a request is made inside at most " + MAX + " others");
    }
  }

  /** The first {@link #MAX} of them: what is left out is not looked through for cycles. */
  public static Inside firstOf(List<RequestId> requests) {
    List<RequestId> distinct = List.copyOf(new LinkedHashSet<>(requests));
    return new Inside(distinct.subList(0, Math.min(distinct.size(), MAX)));
  }

  /** Whether its asker holds nothing. */
  public boolean isEmpty() {
    return requests.isEmpty();
  }

  /** Whether that request's lease is held meanwhile. */
  public boolean contains(RequestId request) {
    return requests.contains(request);
  }
}
