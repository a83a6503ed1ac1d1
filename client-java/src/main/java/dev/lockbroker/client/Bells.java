package dev.lockbroker.client;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Listens for whoever grants this client's tickets, and has the journal concerned looked at (ADR
 * 29). Has a thread of its own once anything has had to wait. Thread-safe.
 */
final class Bells {
  private final Engine engine;
  private final Map<WatchKey, DirectJournal> journals = new HashMap<>();
  private @Nullable WatchService service;
  private boolean closed;

  Bells(Engine engine) {
    this.engine = engine;
  }

  /**
   * Listens there for that journal.
   *
   * @return valid as long as it listens; null after {@link #close}
   * @throws IOException if the system allows no more listeners, or the folder is gone
   */
  synchronized @Nullable WatchKey listen(Path folder, DirectJournal journal) throws IOException {
    if (closed) {
      return null;
    }
    WatchService current = service;
    if (current == null) {
      current = FileSystems.getDefault().newWatchService();
      service = current;
      WatchService opened = current;
      engine.runAside("lockbroker-bell", () -> serve(opened));
    }
    WatchKey key = folder.register(current, StandardWatchEventKinds.ENTRY_MODIFY);
    journals.put(key, journal);
    return key;
  }

  synchronized void forget(WatchKey key) {
    key.cancel();
    journals.remove(key);
  }

  private void serve(WatchService opened) {
    try {
      while (true) {
        answer(opened.take());
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      // Nobody waits any more.
    } finally {
      // Whatever it was: a bell that nobody hears must not seem to hang.
      end(opened);
    }
  }

  private void answer(WatchKey key) {
    var unused = key.pollEvents();
    // Before the look: what rings during it is heard again.
    boolean valid = key.reset();
    DirectJournal journal = journalOf(key, valid);
    try {
      if (journal != null) {
        journal.rung();
      }
    } catch (RuntimeException e) {
      // Others listen as well.
      Logger.getLogger("dev.lockbroker.client").log(Level.WARNING, "a look failed", e);
    }
  }

  /** Inside, for it may ring before {@link #listen} has noted whose it is. */
  private synchronized @Nullable DirectJournal journalOf(WatchKey key, boolean valid) {
    return valid ? journals.get(key) : journals.remove(key);
  }

  synchronized void close() {
    closed = true;
    if (service != null) {
      end(service);
    }
  }

  private synchronized void end(WatchService opened) {
    try {
      opened.close();
    } catch (IOException e) {
      // It ends with the program.
    }
    if (service == opened) {
      service = null;
    }
  }
}
