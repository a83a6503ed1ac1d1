package dev.lockbroker.bench.peer;

import java.io.IOException;

/**
 * One client of a peer, as a program would have one. Its locks may be used by several threads, each
 * lock by one at a time and given back by the thread that took it.
 *
 * <p>Different sessions exclude each other. Two locks of one session with the same name need not:
 * several peers take them for one that is entered again.
 */
public interface Session extends AutoCloseable {
  /** The lock of that name, shared with every other session that names it. */
  Lock lock(String name) throws Exception;

  /** Ends its connections and threads; what it holds is given up. */
  @Override
  void close() throws IOException;
}
