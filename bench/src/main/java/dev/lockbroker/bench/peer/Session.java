package dev.lockbroker.bench.peer;

import java.io.IOException;

/** A client's connection; its locks may be used by several threads, each lock by one at a time. */
public interface Session extends AutoCloseable {
  /** The lock of that name, shared with every other session that names it. */
  Lock lock(String name) throws Exception;

  @Override
  void close() throws IOException;
}
