package dev.lockbroker.core.git;

import dev.lockbroker.core.git.Incident.Item;
import dev.lockbroker.core.journal.PercentCodec;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An incident as lines of words, text percent-encoded. */
final class IncidentCodec {
  private static final String MAGIC = "LBI1";

  /** No count of items makes a reader swallow more. */
  static final int MOST_BYTES = 1 << 20;

  private IncidentCodec() {}

  static String encode(Incident incident) {
    StringBuilder out = new StringBuilder(512);
    out.append(MAGIC).append(' ').append(incident.ticket()).append(' ');
    out.append(PercentCodec.encode(incident.reason())).append(' ');
    out.append(PercentCodec.encode(incident.label())).append(' ').append(incident.pid());
    out.append(' ').append(incident.endedMillis()).append('\n');
    out.append("claims");
    for (Claim claim : incident.claims().list()) {
      out.append(' ').append(PercentCodec.encode(claim.toString()));
    }
    out.append('\n');
    int left = incident.items().size();
    for (Item item : incident.items()) {
      if (incident.items().size() - left == Incident.MOST_ITEMS) {
        item(out, new Item(Item.Kind.NOTE, "", "and " + left + " more"));
        break;
      }
      item(out, item);
      left--;
    }
    return out.toString();
  }

  private static void item(StringBuilder out, Item item) {
    out.append(item.kind().word()).append(' ').append(PercentCodec.encode(item.path()));
    out.append(' ').append(PercentCodec.encode(item.text())).append('\n');
  }

  /** The incident; null if the text is none of ours. Lines that are not understood are skipped. */
  static @Nullable Incident decode(String text, boolean isTold) {
    String[] lines = text.split("\n", -1);
    String[] head = lines[0].split(" ", -1);
    if (head.length < 6 || !head[0].equals(MAGIC) || lines.length < 2) {
      return null;
    }
    try {
      List<Item> items = new ArrayList<>();
      for (int i = 2; i < lines.length && items.size() <= Incident.MOST_ITEMS; i++) {
        Item item = item(lines[i]);
        if (item != null) {
          items.add(item);
        }
      }
      return new Incident(
          Long.parseLong(head[1]),
          PercentCodec.decode(head[2]),
          PercentCodec.decode(head[3]),
          Long.parseLong(head[4]),
          claims(lines[1]),
          Long.parseLong(head[5]),
          isTold,
          items);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static Claims claims(String line) {
    String[] words = line.split(" ", -1);
    List<Claim> claims = new ArrayList<>();
    for (int i = 1; i < words.length; i++) {
      claims.add(Claim.parse(PercentCodec.decode(words[i])));
    }
    return new Claims(claims);
  }

  private static @Nullable Item item(String line) {
    String[] words = line.split(" ", -1);
    if (words.length < 3) {
      return null;
    }
    try {
      return new Item(
          Item.Kind.valueOf(words[0].toUpperCase(Locale.ROOT)),
          PercentCodec.decode(words[1]),
          PercentCodec.decode(words[2]));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
