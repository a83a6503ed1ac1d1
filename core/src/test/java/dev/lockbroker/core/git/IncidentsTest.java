package dev.lockbroker.core.git;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.git.Incident.Item;
import dev.lockbroker.core.table.Claim;
import dev.lockbroker.core.table.Claims;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The records: each is told once, and no content of a file does harm. */
class IncidentsTest {
  @TempDir Path journal;

  private static Claims claims(String... texts) {
    List<Claim> list = new ArrayList<>();
    for (String text : texts) {
      list.add(Claim.parse(text));
    }
    return new Claims(list);
  }

  private static Incident incident(long ticket, String... claims) {
    return new Incident(
        ticket,
        "died",
        "a label\nwith ; and \u001b[31m",
        4711,
        claims(claims),
        12345,
        false,
        List.of(
            new Item(Item.Kind.MOVED, "refs/heads/Größe %41.lock", ""),
            new Item(Item.Kind.KEPT, "config.lock", "it is old"),
            new Item(Item.Kind.UNFINISHED, "/a b/c", "rebase"),
            new Item(Item.Kind.NOTE, "", "-")));
  }

  @Test
  void a_record_is_read_as_it_was_written() throws IOException {
    Incidents incidents = new Incidents(journal);
    Incident written = incident(7, "X:/worktree/:main", "S:/name/a b");
    incidents.write(written);
    assertEquals(List.of(written), incidents.list());
  }

  @Test
  void each_is_told_once_to_the_first_whom_it_concerns() throws IOException {
    Incidents incidents = new Incidents(journal);
    incidents.write(incident(7, "X:/worktree/a"));
    incidents.write(incident(9, "X:/worktree/b"));
    assertEquals(0, incidents.takeUntold(claims("X:/worktree/c")).size());
    assertEquals(7, incidents.takeUntold(claims("X:/worktree/a")).get(0).ticket());
    assertEquals(9, incidents.takeUntold(claims("X:/")).get(0).ticket());
    assertEquals(0, incidents.takeUntold(claims("X:/")).size());
    assertTrue(incidents.list().stream().allMatch(Incident::isTold));
    incidents.write(incident(7, "X:/worktree/a"));
    assertEquals(1, incidents.takeUntold(claims("X:/")).size(), "there was news");
  }

  @Test
  void the_number_of_items_is_bounded() throws IOException {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      items.add(new Item(Item.Kind.MOVED, "refs/heads/" + i + ".lock", ""));
    }
    Incidents incidents = new Incidents(journal);
    incidents.write(new Incident(7, "died", "", 1, claims("X:/"), 1, false, items));
    Incident read = incidents.list().get(0);
    assertEquals(Incident.MOST_ITEMS + 1, read.items().size());
    assertEquals("and 4800 more", read.items().get(Incident.MOST_ITEMS).text());
  }

  @Test
  void hostile_content_is_nothing() throws IOException {
    Path folder = Files.createDirectories(journal.resolve("incidents"));
    Incidents incidents = new Incidents(journal);
    Files.writeString(folder.resolve("1"), "");
    Files.writeString(folder.resolve("2.new"), "LBI1 3 died - 1 1\nclaims X:/\n");
    Files.writeString(folder.resolve("3"), "LBI1 3 died - 1 1\nclaims\nmoved a -\n");
    Files.createSymbolicLink(folder.resolve("4"), Path.of("/dev/zero"));
    Files.write(folder.resolve("5"), new byte[IncidentCodec.MOST_BYTES + 1]);
    Files.createDirectory(folder.resolve("6.new"));
    Files.writeString(folder.resolve("99999999999999999999"), "x");
    assertEquals(List.of(), incidents.list());
    assertEquals(List.of(), incidents.takeUntold(claims("X:/")));
  }

  @Test
  void random_damage_is_survived() throws IOException {
    Random random = new Random(4);
    String good = IncidentCodec.encode(incident(7, "X:/"));
    for (int i = 0; i < 20_000; i++) {
      StringBuilder bad = new StringBuilder(good);
      for (int j = random.nextInt(4); j >= 0; j--) {
        bad.setCharAt(random.nextInt(bad.length()), (char) random.nextInt(256));
      }
      Incident read = IncidentCodec.decode(bad.toString(), false);
      assertFalse(read != null && read.items().size() > 4 + 4);
    }
  }
}
