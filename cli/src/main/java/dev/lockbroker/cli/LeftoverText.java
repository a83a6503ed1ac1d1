package dev.lockbroker.cli;

import dev.lockbroker.core.git.Incident;
import dev.lockbroker.core.git.Incident.Item;
import dev.lockbroker.core.process.Printable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a dead lease left behind, as lines for people and as JSON. */
final class LeftoverText {
  private static final int MOST_NAMES = 5;

  private LeftoverText() {}

  /** One line for each thing to know. */
  static List<String> lines(Incident incident, Path journalDirectory) {
    List<String> lines = new ArrayList<>();
    List<Item> moved = incident.items(Item.Kind.MOVED);
    String who = who(incident);
    if (!moved.isEmpty()) {
      Path undo = journalDirectory.resolve("undo").resolve(Long.toString(incident.ticket()));
      lines.add(
          who
              + " "
              + how(incident)
              + " and left "
              + names(moved)
              + "; moved aside to "
              + Shown.path(undo)
              + " ('mv' puts it back). What it worked on may be half done: see 'git status'");
      moved.stream()
          .filter(item -> !item.text().isEmpty())
          .forEach(item -> lines.add(who + ": " + path(item) + " was " + text(item)));
    }
    for (Item item : incident.items(Item.Kind.KEPT)) {
      if (lines.size() < MOST_NAMES + 2) {
        lines.add(
            who
                + " "
                + how(incident)
                + "; "
                + path(item)
                + " was found then and not touched: "
                + text(item));
      }
    }
    for (Item item : incident.items(Item.Kind.UNFINISHED)) {
      lines.add(
          "a "
              + text(item)
              + " is in progress in "
              + path(item)
              + ", left by "
              + who
              + ", which "
              + how(incident)
              + ": continue it, or '"
              + abort(item.text())
              + "'");
    }
    for (Item item : incident.items(Item.Kind.NOTE)) {
      lines.add(who + ": " + text(item));
    }
    return lines;
  }

  private static String abort(String operation) {
    return switch (operation) {
      case "bisect" -> "git bisect reset";
      case "rebase", "am", "merge", "cherry-pick", "revert" -> "git " + operation + " --abort";
      default -> "git status";
    };
  }

  /** {@code ticket 12 'claude-42'}. */
  private static String who(Incident incident) {
    String label = Printable.text(incident.label());
    return "ticket " + incident.ticket() + (label.isEmpty() ? "" : " '" + label + "'");
  }

  private static String how(Incident incident) {
    return switch (incident.reason()) {
      case "died" -> "was killed";
      case "forced" -> "was ended by force";
      default -> "ended without a word";
    };
  }

  private static String names(List<Item> items) {
    List<String> names = items.stream().limit(MOST_NAMES).map(LeftoverText::path).toList();
    int others = items.size() - names.size();
    return String.join(", ", names) + (others > 0 ? " and " + Shown.count(others, "other") : "");
  }

  private static String path(Item item) {
    return Printable.text(item.path());
  }

  private static String text(Item item) {
    return Printable.text(item.text());
  }

  /** The members of an object that has been begun. */
  static Json members(Json json, Incident incident, Path journalDirectory) {
    json.put("ticket", incident.ticket()).put("reason", incident.reason());
    json.put("label", incident.label()).put("pid", incident.pid());
    json.put("endedMillis", incident.endedMillis()).put("told", incident.isTold());
    json.put("undo", journalDirectory.resolve("undo").resolve("" + incident.ticket()).toString());
    json.array("found");
    for (Item item : incident.items()) {
      json.object().put("what", item.kind().name().toLowerCase(java.util.Locale.ROOT));
      json.put("path", item.path()).put("text", item.text()).end();
    }
    return json.end();
  }
}
