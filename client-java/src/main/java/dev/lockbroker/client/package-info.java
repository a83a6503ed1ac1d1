/** The Java client: ask for a lock, hold a lease, learn of its loss. */
@NullMarked
package dev.lockbroker.client;

import org.jspecify.annotations.NullMarked;
