/** What every other module agrees on: the lock table, the journal, identity. */
@NullMarked
package dev.lockbroker.core;

import org.jspecify.annotations.NullMarked;
