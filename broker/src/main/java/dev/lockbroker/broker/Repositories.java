package dev.lockbroker.broker;

import dev.lockbroker.core.repository.KnownRepositories;
import dev.lockbroker.core.repository.Lockable;
import dev.lockbroker.proto.v1.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The repositories in use, one mailbox each. Safe for use by several threads: it is its own lock.
 * Who enters one leaves it, so that it can be given up when nobody is there.
 */
final class Repositories {
  private static final Logger LOG = Logger.getLogger(Repositories.class.getName());

  private final Services services;
  private final KnownRepositories notes;
  private final Map<Path, Used> used = new HashMap<>();
  private final Set<Path> noted = new HashSet<>();

  Repositories(Services services, KnownRepositories notes) {
    this.services = services;
    this.notes = notes;
  }

  /**
   * The repository's mailbox, made where there is none.
   *
   * @throws RefusedException if too many are in use
   */
  Repository enter(Lockable lockable) throws RefusedException {
    note(lockable);
    return enter(lockable.journalDirectory(), lockable.shown());
  }

  private synchronized Repository enter(Path journalDirectory, Path shown) throws RefusedException {
    Used entry = used.get(journalDirectory);
    if (entry == null) {
      makeRoom();
      entry = new Used(new Repository(journalDirectory, shown, services));
      used.put(journalDirectory, entry);
    }
    entry.count++;
    return entry.repository;
  }

  private void makeRoom() throws RefusedException {
    Iterator<Used> all = used.values().iterator();
    while (used.size() >= Limits.REPOSITORIES && all.hasNext()) {
      Used entry = all.next();
      if (entry.count == 0) {
        all.remove();
        close(entry.repository);
      }
    }
    if (used.size() >= Limits.REPOSITORIES) {
      throw new RefusedException(
          Reason.QUEUE_FULL,
          "the broker serves "
              + Limits.REPOSITORIES
              + " repositories already; go on without it, or try again later");
    }
  }

  private static void close(Repository repository) {
    repository.submit(
        new Question<>(
            mine -> {
              mine.close();
              return true;
            }));
  }

  /** For each {@link #enter}. */
  synchronized void leave(Repository repository) {
    Used entry = used.get(repository.journalDirectory());
    if (entry != null && entry.repository == repository) {
      entry.count--;
    }
  }

  synchronized int size() {
    return used.size();
  }

  /** The repositories in use: what a person calls each, by its journal. */
  synchronized Map<Path, Path> shownByJournal() {
    Map<Path, Path> shown = new HashMap<>();
    for (Used entry : used.values()) {
      shown.put(entry.repository.journalDirectory(), entry.repository.shown());
    }
    return shown;
  }

  /** A help for people only, so trouble with it is no trouble of a request. */
  private void note(Lockable lockable) {
    synchronized (this) {
      if (!noted.add(lockable.journalDirectory())) {
        return;
      }
      if (noted.size() > 4 * Limits.REPOSITORIES) {
        noted.clear();
      }
    }
    try {
      notes.add(lockable);
    } catch (IOException e) {
      LOG.log(Level.FINE, "{0} is not noted: {1}", new Object[] {lockable.shown(), e});
    }
  }

  /** Stops all; the mailboxes' last turns. */
  synchronized void closeAll() {
    for (Used entry : used.values()) {
      close(entry.repository);
    }
    used.clear();
  }

  private static final class Used {
    private final Repository repository;
    private int count;

    Used(Repository repository) {
      this.repository = repository;
    }
  }
}
