/** The process that locks and looks at the clock, and the runner's end of it. */
@NullMarked
package dev.lockbroker.bench.worker;

import org.jspecify.annotations.NullMarked;
