package dev.lockbroker.core.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of a small file is forgotten with the first sign that it may be another. */
class RememberedTest {
  private static final long THEN = 1_700_000_000_000L;
  private static final long LONG_AFTER = THEN + 60_000;

  @TempDir Path folder;
  private final Remembered remembered = new Remembered();

  private Path file(String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    Files.setLastModifiedTime(file, FileTime.fromMillis(THEN));
    return file;
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class);
  }

  @Test
  void an_unchanged_file_is_remembered() throws IOException {
    Path file = file("HEAD", "yes");
    assertNull(remembered.of(file, attributes(file)));
    remembered.note(file, attributes(file), true, LONG_AFTER);
    assertEquals(true, remembered.of(file, attributes(file)));
    assertNull(remembered.of(folder.resolve("other"), attributes(file)));
  }

  @Test
  void another_length_time_or_inode_is_another_file() throws IOException {
    Path file = file("HEAD", "yes");
    remembered.note(file, attributes(file), true, LONG_AFTER);
    file("HEAD", "longer");
    assertNull(remembered.of(file, attributes(file)));

    remembered.note(file, attributes(file), true, LONG_AFTER);
    Files.setLastModifiedTime(file, FileTime.fromMillis(THEN + 1));
    assertNull(remembered.of(file, attributes(file)));

    remembered.note(file, attributes(file), true, LONG_AFTER);
    Path lock = file("HEAD.lock", "length");
    Files.setLastModifiedTime(lock, FileTime.fromMillis(THEN + 1));
    Files.move(lock, file, StandardCopyOption.REPLACE_EXISTING);
    assertNull(remembered.of(file, attributes(file)));
  }

  @Test
  void a_file_that_was_changed_only_just_now_is_not_remembered() throws IOException {
    Path file = file("HEAD", "yes");
    remembered.note(file, attributes(file), true, THEN + 2_999);
    assertNull(remembered.of(file, attributes(file)));
    remembered.note(file, attributes(file), true, THEN - 60_000); // a clock that was set back
    assertNull(remembered.of(file, attributes(file)));
  }

  @Test
  void a_repository_that_becomes_bare_is_seen_at_once() throws Exception {
    Path git = Files.createDirectory(folder.resolve("repo.git"));
    Files.createDirectories(git.resolve("objects"));
    Files.createDirectories(git.resolve("refs"));
    Files.writeString(git.resolve("HEAD"), "ref: refs/heads/main\n");
    Path config = file("repo.git/config", "[core]\n\tbare = false\n");
    for (int i = 0; i < 3; i++) {
      assertEquals(Lockable.MAIN_WORKTREE, worktree(git));
    }
    Path lock = file("repo.git/config.lock", "[core]\n\tbare =  true\n");
    Files.move(lock, config, StandardCopyOption.REPLACE_EXISTING);
    assertNull(worktree(git));
  }

  private @Nullable String worktree(Path git) throws ResolutionException {
    return RepositoryResolver.resolve(git, Map.of(), folder.resolve("state")).worktree();
  }
}
