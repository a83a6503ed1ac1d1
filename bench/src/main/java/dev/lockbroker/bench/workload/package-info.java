/** What is measured: P1 to P9, each a {@link dev.lockbroker.bench.workload.Workload}. */
@NullMarked
package dev.lockbroker.bench.workload;

import org.jspecify.annotations.NullMarked;
