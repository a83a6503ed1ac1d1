/** The command line, {@code lockctl}. */
@NullMarked
package dev.lockbroker.cli;

import org.jspecify.annotations.NullMarked;
