package dev.lockbroker.bench.peer;

import dev.lockbroker.client.LockClient;
import java.io.IOException;
import java.nio.file.Path;

/** A session of ours, for what is asked of us alone: very many requests, not a thread for each. */
public interface SdkSession extends Session {
  /** Closed with the session. */
  LockClient client();

  /** What the lock of that name locks. */
  Path repository(String name) throws IOException, InterruptedException;
}
