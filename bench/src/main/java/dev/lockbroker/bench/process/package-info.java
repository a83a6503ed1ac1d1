/** Whole processes: how they are started, spoken with, measured by {@code /proc}, and ended. */
@NullMarked
package dev.lockbroker.bench.process;

import org.jspecify.annotations.NullMarked;
