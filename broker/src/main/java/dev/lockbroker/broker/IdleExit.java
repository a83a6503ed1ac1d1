package dev.lockbroker.broker;

import dev.lockbroker.core.journal.Arbiter;
import dev.lockbroker.core.journal.JournalException;
import dev.lockbroker.core.journal.TicketInspector;
import dev.lockbroker.core.process.Verdict;
import dev.lockbroker.core.repository.KnownRepositories;
import dev.lockbroker.core.table.Ticket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Ends a broker that nobody needs any more, where that is wanted, and tells the service manager how
 * many do. A session counts as need, a watcher, and any lease or waiter in a journal that is known,
 * be it of clients that never spoke to us.
 */
final class IdleExit {
  private static final Logger LOG = Logger.getLogger(IdleExit.class.getName());

  private final Services services;
  private final Sessions sessions;
  private final Repositories repositories;
  private final KnownRepositories notes;
  private final ServiceNotifier notifier;
  private final IdleWatch watch;
  private final Runnable end;

  IdleExit(
      Services services,
      Sessions sessions,
      Repositories repositories,
      KnownRepositories notes,
      ServiceNotifier notifier,
      long limitNanos,
      Runnable end) {
    this.services = services;
    this.sessions = sessions;
    this.repositories = repositories;
    this.notes = notes;
    this.notifier = notifier;
    this.watch = new IdleWatch(limitNanos, services.host().nanoTime());
    this.end = end;
  }

  void start() {
    long pause = watch.pauseNanos();
    var unused =
        services.timer().scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.NANOSECONDS);
  }

  private void look() {
    long now = services.host().nanoTime();
    int open = sessions.size();
    notifier.status(open == 1 ? "1 session" : open + " sessions");
    if (watch.isOver(open > 0 || services.watchers().isAnybody(), now)) {
      // Looks again only after the whole time: what is found in journals may stay for long.
      watch.restart(now);
      try {
        services.pool().execute(this::endUnlessHeld);
      } catch (RejectedExecutionException e) {
        // It ends already.
      }
    }
  }

  private void endUnlessHeld() {
    for (Path journal : journals()) {
      if (isInUse(journal)) {
        return;
      }
    }
    if (sessions.size() == 0) {
      LOG.info("nobody has needed this broker for a while; it ends");
      end.run();
    }
  }

  private Set<Path> journals() {
    Set<Path> journals = new HashSet<>(repositories.shownByJournal().keySet());
    try {
      for (KnownRepositories.Entry entry : notes.list()) {
        journals.add(entry.journalDirectory());
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the notes of repositories cannot be read: {0}", e.toString());
    }
    return journals;
  }

  /** Whether anybody who may live holds or waits. What cannot be read needs no broker. */
  private boolean isInUse(Path journal) {
    if (!Files.exists(journal)) {
      return false;
    }
    try (Arbiter arbiter = Arbiter.open(journal, services.host(), services.processes())) {
      arbiter.look();
      TicketInspector inspector = new TicketInspector(arbiter, services.processes());
      long now = services.host().nanoTime();
      for (Ticket ticket : arbiter.table().tickets()) {
        boolean isDead =
            ticket.isHeld()
                ? inspector.view(ticket, now).state().equals("dead")
                : services.processes().judge(ticket.client()) == Verdict.DEAD;
        if (!isDead) {
          return true;
        }
      }
      return false;
    } catch (JournalException e) {
      return false;
    }
  }
}
