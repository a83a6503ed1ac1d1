/**
 * One command that measures Lockbroker beside what people use instead, in one session: {@link
 * dev.lockbroker.bench.Main}.
 */
@NullMarked
package dev.lockbroker.bench;

import org.jspecify.annotations.NullMarked;
