/** What is measured of the journal from within its package. */
@NullMarked
package dev.lockbroker.core.journal;

import org.jspecify.annotations.NullMarked;
