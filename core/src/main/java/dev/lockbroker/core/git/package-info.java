/**
 * What a dead lease left behind in its git repository: finding git's lock files and unfinished
 * operations, proving whose they are, moving aside what is proved to be nobody's, and telling.
 *
 * <p>Files are known by their names, never by what git says about them. Whatever cannot be proved
 * stays where it is and is reported (docs/adr/0013).
 */
@NullMarked
package dev.lockbroker.core.git;

import org.jspecify.annotations.NullMarked;
