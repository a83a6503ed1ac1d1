package dev.lockbroker.bench.workload;

import java.util.List;

/**
 * What some workers did together, once.
 *
 * @param wallNanos from the word to go until the last has done his part
 * @param waits from asking for each turn until it came
 * @param totals from asking for each turn until it was over
 * @param failures commands that did not end with status 0
 */
record Shift(long wallNanos, List<Long> waits, List<Long> totals, int failures) {}
