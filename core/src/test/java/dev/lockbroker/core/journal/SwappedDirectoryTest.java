package dev.lockbroker.core.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockbroker.core.journal.JournalException.Fault;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that is removed, moved or replaced in the middle of a transaction. */
class SwappedDirectoryTest {
  @TempDir Path place;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private String journal() throws IOException {
    return Files.readString(place.resolve("journal"));
  }

  @Test
  void a_line_never_goes_to_another_journal_than_the_one_that_was_read() throws IOException {
    try (FileJournalDirectory directory = new FileJournalDirectory(place)) {
      assertTrue(directory.enter());
      directory.replace(bytes("mine\n"));
      assertNotNull(directory.read(0));
      swap("somebody else's, torn");
      JournalException e =
          assertThrows(JournalException.class, () -> directory.append(bytes("more\n"), 5));
      assertEquals(Fault.UNKNOWN_OUTCOME, e.fault());
      assertEquals("somebody else's, torn", journal());
      assertNotNull(directory.read(0));
      e = assertThrows(JournalException.class, () -> directory.append(bytes("~\n"), 7));
      assertEquals(Fault.UNKNOWN_OUTCOME, e.fault());
      assertNotNull(directory.read(0));
      directory.append(bytes("~\n"), journal().length());
      assertEquals("somebody else's, torn~\n", journal());
      swap("another one, torn");
      directory.append(bytes("more\n"), "somebody else's, torn~\n".length());
      assertEquals("another one, torn", journal());
      directory.leave();
    }
  }

  private void swap(String other) throws IOException {
    Files.move(
        Files.writeString(place.resolve("other"), other),
        place.resolve("journal"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void a_file_of_the_same_inode_number_length_and_time_is_another_one() throws IOException {
    try (FileJournalDirectory directory = new FileJournalDirectory(place)) {
      assertTrue(directory.enter());
      FileTime then = FileTime.fromMillis(1_000_000);
      for (int i = 0; i < 100; i++) {
        directory.replace(bytes("a journal\n"));
        Files.setLastModifiedTime(place.resolve("journal"), then);
        Object stamp = Objects.requireNonNull(directory.read(0)).stamp();
        assertTrue(directory.isStill(stamp));
        Files.delete(place.resolve("journal"));
        assertFalse(directory.isStill(stamp));
        Files.writeString(place.resolve("journal"), "A JOURNAL\n");
        Files.setLastModifiedTime(place.resolve("journal"), then);
        assertFalse(directory.isStill(stamp));
        Object next = Objects.requireNonNull(directory.read(0)).stamp();
        assertNotEquals(stamp, next);
      }
      directory.leave();
    }
  }

  @Test
  void what_a_killed_writer_left_is_removed_and_never_put_in_place() throws IOException {
    Path left = Files.writeString(place.resolve("journal.new"), "half of a jour");
    Path other = Files.writeString(place.resolve("journal.new0123456789abcdef"), "half");
    try (FileJournalDirectory directory = new FileJournalDirectory(place)) {
      assertTrue(directory.enter());
      directory.replace(bytes("whole\n"));
      directory.leave();
    }
    assertEquals("whole\n", journal());
    assertFalse(Files.exists(left));
    assertFalse(Files.exists(other));
  }

  @Test
  void a_new_journal_is_not_told_of_when_its_guard_is_gone() throws IOException {
    FileJournalDirectory real = new FileJournalDirectory(place);
    JournalDirectory losesGuard =
        (JournalDirectory)
            Proxy.newProxyInstance(
                JournalDirectory.class.getClassLoader(),
                new Class<?>[] {JournalDirectory.class},
                (proxy, method, arguments) -> {
                  try {
                    Object result = method.invoke(real, arguments);
                    if (method.getName().equals("replace")) {
                      Files.delete(place.resolve("guard"));
                    }
                    return result;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    FakeHost host = new FakeHost();
    try (Arbiter arbiter = new Arbiter(place, losesGuard, host, new FakeProcesses())) {
      JournalException e =
          assertThrows(JournalException.class, () -> Asks.one(arbiter, Asks.ask(1, "X:/")));
      assertEquals(Fault.UNKNOWN_OUTCOME, e.fault());
    }
  }
}
