package dev.lockbroker.bench.worker;

import java.util.ArrayList;
import java.util.List;

/**
 * What a worker is told: one line of words. Moments are {@link System#nanoTime}. Those that measure
 * write little-endian longs to a file that the runner adds as the last word.
 *
 * @param words the verb, then its arguments; none with spaces
 */
public record Order(List<String> words) {
  static final String PAIRS = "pairs";
  static final String OPEN = "open";
  static final String CONTEND = "contend";
  static final String STREAM = "stream";
  static final String HOLD = "hold";
  static final String FREE = "free";
  static final String ASK = "ask";
  static final String STOP_ASKING = "stop-asking";

  /** Checks that it is one line. */
  public Order {
    words = List.copyOf(words);
  }

  private static Order of(String verb, Object... arguments) {
    List<String> words = new ArrayList<>(List.of(verb));
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    return new Order(words);
  }

  /** Acquires and releases that often, or for that long. Writes what each pair took. */
  public static Order pairs(String lock, int count, long limitNanos) {
    return of(PAIRS, lock, count, limitNanos);
  }

  /** Sees to it that there are that many sessions. */
  public static Order open(int sessions) {
    return of(OPEN, sessions);
  }

  /**
   * That many threads, each with a session of its own, acquire one lock, keep it for a while and
   * ask again at once. Writes {@link Grant}s.
   */
  public static Order contend(
      String lock, int threads, long startNanos, long untilNanos, long sectionNanos) {
    return of(CONTEND, lock, threads, startNanos, untilNanos, sectionNanos);
  }

  /**
   * That many threads, each with a session of its own, acquire and release each its own lock.
   * Writes for each how many pairs it made, and what each took.
   */
  public static Order stream(
      String prefix, int first, int threads, long startNanos, long untilNanos) {
    return of(STREAM, prefix, first, threads, startNanos, untilNanos);
  }

  /** Acquires, and returns. */
  public static Order hold(String lock) {
    return of(HOLD, lock);
  }

  /** Releases what {@link #hold} has acquired. */
  public static Order free() {
    return of(FREE);
  }

  /**
   * Has that many requests wait for one lock, and returns when all are in the queue. Each that is
   * granted is given back at once, and another one asks in its place.
   */
  public static Order ask(String lock, int requests) {
    return of(ASK, lock, requests);
  }

  /** Waits until that moment, then asks no more. Writes the {@link Grant}s until then. */
  public static Order stopAsking(long untilNanos) {
    return of(STOP_ASKING, untilNanos);
  }

  String verb() {
    return words.get(0);
  }

  String word(int index) {
    return words.get(index);
  }

  int number(int index) {
    return Integer.parseInt(words.get(index));
  }

  long nanos(int index) {
    return Long.parseLong(words.get(index));
  }
}
