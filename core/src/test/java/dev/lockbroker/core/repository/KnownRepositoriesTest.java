package dev.lockbroker.core.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.repository.KnownRepositories.Entry;
import dev.lockbroker.core.repository.Lockable.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownRepositoriesTest {
  @TempDir private Path temporary;
  private Path notes;
  private KnownRepositories known;

  @BeforeEach
  void start() {
    notes = temporary.resolve("state/repositories");
    known = new KnownRepositories(temporary.resolve("state"));
  }

  private Lockable lockable(String name) {
    Path top = temporary.resolve(name);
    Path key = top.resolve(".git");
    return new Lockable(key, key.resolve("lockbroker"), Kind.GIT, key, ":main", top);
  }

  private Path noteOf(Lockable lockable) {
    return notes.resolve(RawPath.hash(lockable.journalDirectory()));
  }

  @Test
  void nothing_is_known_at_first_and_asking_makes_nothing() throws IOException {
    assertEquals(List.of(), known.list());
    known.prune();
    assertFalse(Files.exists(notes));
  }

  @Test
  void what_was_added_is_listed_whatever_its_name() throws IOException {
    for (String name : List.of("plain", "line\nbreak", "#?&:", "a%20b ")) {
      known.add(lockable(name));
    }
    Set<Entry> listed = Set.copyOf(known.list());
    assertEquals(4, listed.size());
    Lockable odd = lockable("line\nbreak");
    assertTrue(listed.contains(new Entry(odd.journalDirectory(), odd.key(), odd.shown())));
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(notes)));
  }

  @Test
  void adding_again_does_not_write_again() throws IOException {
    known.add(lockable("a"));
    FileTime long_ago = FileTime.fromMillis(1);
    Files.setLastModifiedTime(noteOf(lockable("a")), long_ago);
    known.add(lockable("a"));
    assertEquals(long_ago, Files.getLastModifiedTime(noteOf(lockable("a"))));
    assertEquals(1, known.list().size());
  }

  @Test
  void pruning_forgets_what_is_gone_and_keeps_the_rest() throws IOException {
    known.add(lockable("gone"));
    known.add(lockable("here"));
    Files.createDirectories(lockable("here").journalDirectory());
    known.prune();
    assertEquals(lockable("here").key(), known.list().get(0).key());
    assertEquals(1, known.list().size());
  }

  @Test
  void pruning_removes_unfinished_notes_once_their_writer_cannot_live() throws IOException {
    known.add(lockable("a"));
    Path fresh = Files.createFile(notes.resolve("0123456789abcdef.1.2.tmp"));
    Path old = Files.createFile(notes.resolve("0123456789abcdef.1.1.tmp"));
    Files.setLastModifiedTime(old, FileTime.fromMillis(1));
    known.prune();
    assertTrue(Files.exists(fresh));
    assertFalse(Files.exists(old));
  }

  @Test
  void garbage_is_passed_over_and_replaced_by_the_true_note() throws IOException {
    known.add(lockable("a"));
    Path note = noteOf(lockable("a"));
    String whole = Files.readString(note);
    Files.writeString(notes.resolve("0000000000000000"), whole);
    Files.createDirectory(notes.resolve("1111111111111111"));
    for (String garbage : List.of("", "x", "/a\n/b\n", whole + "x", "\0\n/\n/\n", "/%\n/\n/\n")) {
      Files.writeString(note, garbage);
      assertEquals(List.of(), known.list(), garbage);
      known.add(lockable("a"));
      assertEquals(whole, Files.readString(note));
    }
  }

  @Test
  void links_are_not_followed() throws IOException {
    known.add(lockable("a"));
    Path note = noteOf(lockable("a"));
    Path outside = Files.move(note, temporary.resolve("outside"));
    Files.createSymbolicLink(note, outside);
    assertEquals(List.of(), known.list());
    String before = Files.readString(outside);
    known.add(lockable("a"));
    assertFalse(Files.isSymbolicLink(note));
    assertEquals(before, Files.readString(outside));
  }

  @Test
  void a_link_in_the_place_of_the_folder_is_refused() throws IOException {
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Files.createDirectories(notes.getParent());
    Files.createSymbolicLink(notes, outside);
    assertThrows(IOException.class, () -> known.add(lockable("a")));
    assertEquals(List.of(), known.list());
  }
}
