/** What we are measured against, and ourselves: each a {@link dev.lockbroker.bench.peer.Peer}. */
@NullMarked
package dev.lockbroker.bench.peer;

import org.jspecify.annotations.NullMarked;
