package dev.lockbroker.core.git;

import dev.lockbroker.core.table.Claims;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was found in a repository after a lease had ended without a word, and what was done about
 * it. Text in it comes from files and is not safe to print as it is.
 *
 * @param ticket the lease
 * @param reason the word of its end: died, expired, forced
 * @param label what its client called itself
 * @param pid its client
 * @param claims what it held
 * @param endedMillis when its end was written, milliseconds since 1970
 * @param isTold whether somebody has been told
 * @param items what was found, at least one
 */
public record Incident(
    long ticket,
    String reason,
    String label,
    long pid,
    Claims claims,
    long endedMillis,
    boolean isTold,
    List<Item> items) {
  /** More than this are counted only. */
  static final int MOST_ITEMS = 200;

  /** Copies the list. */
  public Incident {
    items = List.copyOf(items);
  }

  /**
   * One thing that was found.
   *
   * @param kind what about it
   * @param path of a file, from the common directory; of an unfinished operation, its working tree
   * @param text why it was kept, what is unfinished, or what else there is to say; may be empty
   */
  public record Item(Kind kind, String path, String text) {
    /** What about it. */
    public enum Kind {
      /** A dead lock, moved aside to {@code undo/<ticket>/<path>} beside the journal. */
      MOVED,
      /** A lock that stays where it is, because not all could be proved. */
      KEPT,
      /** An operation that is neither finished nor aborted; {@link #text} is its name. */
      UNFINISHED,
      /** Something else, all in {@link #text}. */
      NOTE;

      String word() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }

  /** The items of one kind. */
  public List<Item> items(Item.Kind kind) {
    return items.stream().filter(item -> item.kind() == kind).toList();
  }

  /**
   * The same with what was found later; what was said before about a file that is spoken of again
   * is dropped.
   */
  Incident with(List<Item> later) {
    List<Item> all = new ArrayList<>(items);
    all.removeIf(item -> later.stream().anyMatch(next -> next.path().equals(item.path())));
    all.addAll(later);
    return new Incident(ticket, reason, label, pid, claims, endedMillis, false, all);
  }

  /** One line for a log, not escaped. */
  String summary() {
    StringBuilder out = new StringBuilder("ticket ").append(ticket);
    out.append(" '").append(label).append("' (pid ").append(pid).append(") ").append(reason);
    for (Item.Kind kind : Item.Kind.values()) {
      List<Item> some = items(kind);
      if (!some.isEmpty()) {
        out.append("; ").append(kind.word()).append(": ");
        out.append(String.join(", ", some.stream().limit(10).map(Incident::shortly).toList()));
        out.append(some.size() > 10 ? " and " + (some.size() - 10) + " more" : "");
      }
    }
    return out.toString();
  }

  private static String shortly(Item item) {
    return item.text().isEmpty() ? item.path() : item.path() + " (" + item.text() + ")";
  }
}
