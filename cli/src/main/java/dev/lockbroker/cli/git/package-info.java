/**
 * Which locks a git command needs: a pure decision from its arguments, its environment, and what a
 * {@link dev.lockbroker.cli.git.GitLookup} says of the repository. No git is started, nothing is
 * locked here.
 */
@NullMarked
package dev.lockbroker.cli.git;

import org.jspecify.annotations.NullMarked;
