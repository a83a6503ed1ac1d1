/** Tests of the decision which locks a git command needs. */
@NullMarked
package dev.lockbroker.cli.git;

import org.jspecify.annotations.NullMarked;
