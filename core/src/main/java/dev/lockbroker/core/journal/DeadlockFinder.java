package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.core.repository.KnownRepositories;
import dev.lockbroker.core.table.LockTable;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import dev.lockbroker.core.table.WaitGraph;
import dev.lockbroker.core.table.WaitGraph.Node;
import dev.lockbroker.core.table.WaitGraph.Reach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a waiting request waits for itself, by way of others in whatever repository. Reads
 * journals without the guard and writes nothing.
 *
 * <p>Those that the caller names are read first, then the ones that the user ever used, the latest
 * changed first, up to {@link #MOST_JOURNALS} and for {@link #BUDGET_NANOS}. One that cannot be
 * read is left out: it may hide a cycle, but never makes one. A cycle that was found is looked at a
 * second time before it is believed, because its journals were not read at one instant: what stands
 * unchanged in two readings stood there all at once between them.
 *
 * <p>Confined to one thread at a time.
 */
public final class DeadlockFinder {
  /** Repositories in use at once by one user: far more than a cycle of waiting goes through. */
  private static final int MOST_JOURNALS = 256;

  /** Reading all of them takes a few milliseconds; a file system that hangs shall not be waited. */
  private static final long BUDGET_NANOS = 250_000_000;

  private final Host host;
  private final Processes processes;
  private final KnownRepositories known;
  private final Map<Path, Arbiter> readers = new HashMap<>();

  /** A finder that knows the repositories noted in that state folder. */
  public DeadlockFinder(Host host, Processes processes, Path stateFolder) {
    this.host = host;
    this.processes = processes;
    this.known = new KnownRepositories(stateFolder);
  }

  /**
   * Looks for a cycle through a waiting request.
   *
   * @param journal the directory of the request's journal
   * @param request the request
   * @param reach {@link Reach#OWN} for the cycle that its asker has to break
   * @param named journals to be read in any case: their directories, and what a person calls them
   * @return the sentence for its asker, or null if there is none or the request does not wait
   */
  public @Nullable String find(
      Path journal, RequestId request, Reach reach, Map<Path, Path> named) {
    Map<Path, Path> places = places(journal, named);
    try {
      return find(journal, request, reach, named, places);
    } finally {
      // Their files are not kept open in between; what they have read is.
      readers.values().forEach(Arbiter::close);
      readers.keySet().retainAll(places.keySet());
    }
  }

  private @Nullable String find(
      Path journal, RequestId request, Reach reach, Map<Path, Path> named, Map<Path, Path> places) {
    long startNanos = host.nanoTime();
    Map<Path, LockTable> tables = new LinkedHashMap<>();
    for (Path place : places.keySet()) {
      boolean required = place.equals(journal) || named.containsKey(place);
      if (required || host.nanoTime() - startNanos < BUDGET_NANOS) {
        read(place, tables);
      }
    }
    LockTable own = tables.get(journal);
    Ticket ticket = own == null ? null : own.ticket(request);
    if (ticket == null || ticket.inside().isEmpty()) {
      return null;
    }
    List<Node<Path>> cycle = graph(tables).cycle(journal, ticket.number(), reach);
    if (cycle.isEmpty() || !isConfirmed(cycle)) {
      return null;
    }
    return new DeadlockText(readers, processes, places, host.nanoTime()).of(cycle);
  }

  private WaitGraph<Path> graph(Map<Path, LockTable> tables) {
    return new WaitGraph<>(tables, this::isAlive);
  }

  private boolean isAlive(Node<Path> node) {
    Arbiter reader = readers.get(node.journal());
    return reader != null && !reader.isGone(node.ticket());
  }

  private boolean isConfirmed(List<Node<Path>> cycle) {
    Map<Path, LockTable> tables = new HashMap<>();
    for (Node<Path> node : cycle) {
      read(node.journal(), tables);
    }
    return graph(tables).confirms(cycle);
  }

  private void read(Path place, Map<Path, LockTable> tables) {
    if (tables.containsKey(place)) {
      return;
    }
    Arbiter reader =
        readers.computeIfAbsent(place, directory -> Arbiter.open(directory, host, processes));
    try {
      reader.look();
      tables.put(place, reader.table());
    } catch (JournalException e) {
      reader.close();
      readers.remove(place);
    }
  }

  /** Which journals to read, in this order, and what a person calls each. */
  private Map<Path, Path> places(Path journal, Map<Path, Path> named) {
    Map<Path, Path> places = new LinkedHashMap<>();
    places.put(journal, DeadlockText.guess(journal));
    places.putAll(named);
    for (KnownRepositories.Entry entry : latestFirst()) {
      if (places.size() < MOST_JOURNALS || places.containsKey(entry.journalDirectory())) {
        places.put(entry.journalDirectory(), entry.shown());
      }
    }
    return places;
  }

  /** Who waits has written not long ago, and is not to be hidden by what lies there for years. */
  private List<KnownRepositories.Entry> latestFirst() {
    Map<KnownRepositories.Entry, FileTime> times = new HashMap<>();
    try {
      for (KnownRepositories.Entry entry : known.list()) {
        FileTime time = changed(entry.journalDirectory());
        if (time != null) {
          times.put(entry, time);
        }
      }
    } catch (IOException e) {
      // Only a help; those that the caller names are read all the same.
    }
    List<KnownRepositories.Entry> entries = new ArrayList<>(times.keySet());
    entries.sort((one, other) -> timeOf(times, other).compareTo(timeOf(times, one)));
    return entries;
  }

  private static FileTime timeOf(
      Map<KnownRepositories.Entry, FileTime> times, KnownRepositories.Entry entry) {
    return times.getOrDefault(entry, FileTime.fromMillis(0));
  }

  private static @Nullable FileTime changed(Path journalDirectory) {
    try {
      return Files.getLastModifiedTime(
          journalDirectory.resolve("journal"), LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      return null;
    }
  }
}
