package dev.lockbroker.client;

import dev.lockbroker.core.git.Incident;
import dev.lockbroker.core.git.Incident.Item;
import dev.lockbroker.core.git.Incidents;
import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.table.Claims;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a lease that ended without a word (its processes were killed, or it was ended by force) had
 * left behind in its git repository. Label and reasons are escaped and may be printed; paths are as
 * they are.
 *
 * @param ticket the ticket of that lease
 * @param label what its client called itself
 * @param pid its client
 * @param ended when it ended
 * @param movedAside dead lock files, from git's common directory; each was moved to {@code
 *     lockbroker/undo/<ticket>/} in it
 * @param kept lock files that stay where they are, and why
 * @param unfinished working trees in which an operation is neither finished nor aborted, and its
 *     name, such as {@code rebase}
 */
public record Leftovers(
    long ticket,
    String label,
    long pid,
    Instant ended,
    List<String> movedAside,
    Map<String, String> kept,
    Map<String, String> unfinished) {

  /** Copies the collections. */
  public Leftovers {
    movedAside = List.copyOf(movedAside);
    kept = Map.copyOf(kept);
    unfinished = Map.copyOf(unfinished);
  }

  static List<Leftovers> of(Path journalDirectory, Claims claims) {
    return new Incidents(journalDirectory)
        .list().stream()
            .filter(incident -> incident.claims().conflictWith(claims))
            .map(Leftovers::of)
            .toList();
  }

  private static Leftovers of(Incident incident) {
    return new Leftovers(
        incident.ticket(),
        Printable.text(incident.label()),
        incident.pid(),
        Instant.ofEpochMilli(incident.endedMillis()),
        incident.items(Item.Kind.MOVED).stream().map(Item::path).toList(),
        texts(incident, Item.Kind.KEPT),
        texts(incident, Item.Kind.UNFINISHED));
  }

  private static Map<String, String> texts(Incident incident, Item.Kind kind) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Item item : incident.items(kind)) {
      texts.put(item.path(), Printable.text(item.text()));
    }
    return texts;
  }
}
