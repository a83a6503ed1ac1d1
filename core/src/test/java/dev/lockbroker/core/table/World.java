package dev.lockbroker.core.table;

import java.util.List;

/**
 * A small world to explore: who asks for what.
 *
 * @param name for the report
 * @param clients what each client asks for
 * @param lives how many requests each client makes, one after another
 * @param ticks how far the clock goes, in milliseconds
 * @param start where the clock begins
 */
record World(String name, List<Wish> clients, int lives, int ticks, long start) {
  static final long ZERO = 0;

  /** So close to the end of the clock that it overflows after a tick. */
  static final long AT_THE_END = Long.MAX_VALUE - 5;

  /**
   * A client's request.
   *
   * @param claims as in journals
   * @param parsed the same
   * @param kind what keeps its lease
   * @param ttlMillis one or two ticks, usually
   * @param onlyIfFree it does not queue
   */
  record Wish(String claims, Claims parsed, LeaseKind kind, int ttlMillis, boolean onlyIfFree) {
    static Wish lease(String claims, int ttlMillis) {
      return new Wish(claims, Samples.claims(claims), LeaseKind.LEASE, ttlMillis, false);
    }

    static Wish run(String claims, int ttlMillis) {
      return new Wish(claims, Samples.claims(claims), LeaseKind.RUN, ttlMillis, false);
    }

    static Wish attempt(String claims, int ttlMillis) {
      return new Wish(claims, Samples.claims(claims), LeaseKind.LEASE, ttlMillis, true);
    }
  }
}
