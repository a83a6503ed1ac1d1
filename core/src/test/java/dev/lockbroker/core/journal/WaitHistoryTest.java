package dev.lockbroker.core.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaitHistoryTest {
  @TempDir Path place;

  private static WaitNote note(long number) {
    WaitNote.Holder holder =
        new WaitNote.Holder(number - 1, number, 4711, "é; \n'x'", "git commit -m \"a b\"", 5, 9);
    return new WaitNote(
        number, number + 1, "granted", number, 1, "", "X:/", 1, 2, List.of(holder, holder));
  }

  @Test
  void a_note_is_read_as_it_was_written() {
    WaitNote note = note(7);
    assertEquals(note, WaitNote.decode(note.encode()));
    assertTrue(note.encode().indexOf('\n') < 0);
    WaitNote alone = new WaitNote(1, 2, "timeout", 3, 4, "l", "S:/a", 1, 1, List.of());
    assertEquals(alone, WaitNote.decode(alone.encode()));
  }

  @Test
  void half_a_note_and_rubbish_are_passed_over() {
    String text = note(7).encode();
    for (int length = 0; length < text.length(); length++) {
      assertNull(WaitNote.decode(text.substring(0, length)));
    }
    assertNull(WaitNote.decode("2" + text.substring(1)));
    assertNull(WaitNote.decode("1 2 ."));
    assertNull(WaitNote.decode("1 x 2 granted 3 4 - X:/ 1 1 ."));
    assertNull(WaitNote.decode("1 1 2 %zz 3 4 - X:/ 1 1 ."));
  }

  @Test
  void it_never_grows_beyond_twice_its_bound_and_keeps_the_latest() throws IOException {
    WaitHistory history = new WaitHistory(place);
    int count = 12_000;
    for (int i = 1; i <= count; i++) {
      history.add(note(i));
    }
    long bytes = Files.size(place.resolve("history")) + Files.size(place.resolve("history.old"));
    assertTrue(bytes < 2 * WaitHistory.MOST_BYTES + 10_000, bytes + " bytes");
    List<WaitNote> notes = history.list();
    assertTrue(notes.size() > 1_000, notes.size() + " notes");
    for (int i = 0; i < notes.size(); i++) {
      assertEquals(count - notes.size() + 1 + i, notes.get(i).ticket());
    }
  }

  @Test
  void what_is_no_file_of_ours_is_neither_read_nor_written() throws IOException {
    Path other = Files.writeString(place.resolve("other"), note(1).encode() + "\n");
    WaitHistory history = new WaitHistory(place);
    Files.createSymbolicLink(place.resolve("history"), other);
    history.add(note(2));
    assertEquals(List.of(), history.list());
    assertEquals(1, Files.readAllLines(other).size());
    Files.delete(place.resolve("history"));
    Files.write(place.resolve("history"), new byte[] {0, 1, (byte) 0xff, '\n'});
    history.add(note(3));
    assertEquals(List.of(note(3)), history.list());
    WaitHistory nowhere = new WaitHistory(place.resolve("gone"));
    nowhere.add(note(4));
    assertEquals(List.of(), nowhere.list());
    assertFalse(Files.exists(place.resolve("gone")));
    assertTrue(
        new String(Files.readAllBytes(place.resolve("history")), StandardCharsets.ISO_8859_1)
            .endsWith("\n"));
  }
}
