/** Suites with real processes, run against the built distribution. */
@NullMarked
package dev.lockbroker.it;

import org.jspecify.annotations.NullMarked;
