package dev.lockbroker.client;

import dev.lockbroker.core.journal.DeadlockFinder;
import dev.lockbroker.core.table.WaitGraph.Reach;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether requests that wait while their owner holds something wait for themselves, and ends
 * those that do. For requests that the client serves itself; a broker does it for its own.
 *
 * <p>Each is looked at as soon as its ticket stands in the journal; once more a moment later,
 * because of two that ask at one instant the younger may have looked before the older could be
 * read; and then every second, should somebody not have done his part. Looking reads other
 * journals, so it happens on a thread of its own. Thread-safe.
 */
final class DeadlockWatch {
  /** Longer than any transaction takes between its time and its line. */
  private static final long MOMENT_NANOS = 50_000_000;

  private static final long PERIOD_NANOS = 1_000_000_000;

  /** So long the youngest of a cycle has time to give way; then anybody in it does. */
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  private final Engine engine;
  private final DeadlockFinder finder;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

  DeadlockWatch(Engine engine) {
    this.engine = engine;
    this.finder = new DeadlockFinder(engine.host(), engine.processes(), engine.options().state());
  }

  /** One ticket of a request: one asked for again has another one, in another place. */
  private record Watch(TicketAgent agent, long ticket) {}

  /** The request waits with that ticket, by this client. */
  void waits(TicketAgent agent, long ticket) {
    Watch watch = new Watch(agent, ticket);
    if (!agent.nesting().inside().isEmpty() && watches.add(watch)) {
      lookAside(watch, MOMENT_NANOS, 0);
    }
  }

  private void lookAside(Watch watch, long nextNanos, long inCycleSinceNanos) {
    engine.runAside("lockbroker-deadlock", () -> look(watch, nextNanos, inCycleSinceNanos));
  }

  /**
   * One look, and the next one after {@code nextNanos}.
   *
   * @param inCycleSinceNanos since when it has been seen in a cycle that is another's to break; 0
   *     if it was not
   */
  private void look(Watch watch, long nextNanos, long inCycleSinceNanos) {
    if (!isServedHere(watch)) {
      watches.remove(watch);
      return;
    }
    String sentence = find(watch, Reach.OWN);
    long since = 0;
    if (sentence == null && nextNanos == PERIOD_NANOS) {
      String others = find(watch, Reach.ANY);
      since = others == null ? 0 : inCycleSinceNanos == 0 ? engine.nanoTime() : inCycleSinceNanos;
      sentence = since != 0 && engine.nanoTime() - since >= PATIENCE_NANOS ? others : null;
    }
    if (sentence != null) {
      watches.remove(watch);
      watch.agent.giveWay(new WouldDeadlockException(sentence));
      return;
    }
    long kept = since;
    engine.later(() -> lookAside(watch, PERIOD_NANOS, kept), nextNanos);
  }

  private boolean isServedHere(Watch watch) {
    TicketAgent agent = watch.agent;
    return agent.isWaiting() && agent.isServedBy(engine.direct()) && agent.ticket() == watch.ticket;
  }

  private synchronized @Nullable String find(Watch watch, Reach reach) {
    TicketAgent agent = watch.agent;
    Map<Path, Path> places = new HashMap<>(agent.nesting().places());
    places.put(agent.lockable().journalDirectory(), agent.lockable().shown());
    return finder.find(agent.lockable().journalDirectory(), agent.id(), reach, places);
  }
}
