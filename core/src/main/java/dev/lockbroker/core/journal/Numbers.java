package dev.lockbroker.core.journal;

import java.util.Arrays;

/**
 * Ascending numbers that come at the end and mostly go at the front. Asking how many are below one
 * is a binary search; taking one out of the middle moves the shorter side, some microseconds for
 * ten thousand.
 */
final class Numbers {
  private long[] numbers = new long[4];
  private int from;
  private int to;

  int size() {
    return to - from;
  }

  long get(int index) {
    return numbers[from + index];
  }

  /** Adds one that is greater than all. */
  void add(long number) {
    if (to == numbers.length) {
      makeRoom();
    }
    numbers[to++] = number;
  }

  private void makeRoom() {
    int size = size();
    long[] target = size > numbers.length / 2 ? new long[2 * numbers.length] : numbers;
    System.arraycopy(numbers, from, target, 0, size);
    numbers = target;
    from = 0;
    to = size;
  }

  /** Takes it out if it is there. */
  void remove(long number) {
    int at = Arrays.binarySearch(numbers, from, to, number);
    if (at < 0) {
      return;
    }
    if (at - from < to - at) {
      System.arraycopy(numbers, from, numbers, from + 1, at - from);
      from++;
    } else {
      System.arraycopy(numbers, at + 1, numbers, at, to - at - 1);
      to--;
    }
  }

  /** How many are smaller. */
  int below(long number) {
    int at = Arrays.binarySearch(numbers, from, to, number);
    return (at < 0 ? -at - 1 : at) - from;
  }
}
