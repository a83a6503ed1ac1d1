/**
 * The Java SDK: {@link dev.lockbroker.client.LockClient} asks for a {@link
 * dev.lockbroker.client.LockRequest} and hands out a {@link dev.lockbroker.client.Lease}.
 *
 * <p>It works with a broker where one can be reached, else on the repository's journal directly;
 * the order, the messages and the guarantees are the same, and a request moves from one to the
 * other without losing its place.
 */
@NullMarked
package dev.lockbroker.client;

import org.jspecify.annotations.NullMarked;
