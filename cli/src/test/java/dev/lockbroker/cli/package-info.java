/** Tests without processes; those are in the module {@code it}. */
@NullMarked
package dev.lockbroker.cli;

import org.jspecify.annotations.NullMarked;
