package dev.lockbroker.core.repository;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The user's notes of every journal ever used, so that status and a starting broker find them. A
 * help, not a source of truth: notes may be missing, and may name folders that are gone.
 *
 * <p>One file for each journal, named by a hash of its path. It holds three lines, paths in ASCII
 * (see {@link RawPath}). Two journals with the same hash would take the note from each other. Any
 * number of processes may use it at once.
 */
public final class KnownRepositories {
  /** Three paths of the longest kind, each byte written as three letters. */
  private static final int MOST_OF_A_NOTE = 3 * 3 * 4096;

  private static final Duration ABANDONED = Duration.ofDays(1);
  private static final String UNFINISHED = ".tmp";

  private final Path folder;

  /** The notes in this state folder; it is made when the first is written. */
  public KnownRepositories(Path stateFolder) {
    this.folder = stateFolder.resolve("repositories");
  }

  /**
   * A noted journal.
   *
   * @param journalDirectory see {@link Lockable#journalDirectory()}
   * @param key see {@link Lockable#key()}
   * @param shown see {@link Lockable#shown()}
   */
  public record Entry(Path journalDirectory, Path key, Path shown) {}

  /**
   * Notes a journal unless it is noted already. For a path outside any repository this also makes
   * the folder that its journal's directory will be in, which is ours as well.
   *
   * @throws IOException if the note cannot be written; nothing is half-written then
   */
  public void add(Lockable lockable) throws IOException {
    if (lockable.kind() == Lockable.Kind.PATH) {
      makePrivate(lockable.journalDirectory().getParent());
    }
    Path note = folder.resolve(RawPath.hash(lockable.journalDirectory()));
    Entry present = read(note);
    if (present == null || !present.journalDirectory().equals(lockable.journalDirectory())) {
      write(note, lockable);
    }
  }

  /**
   * All noted journals, in no order. What is not a note is passed over.
   *
   * @throws IOException if the folder is there and cannot be listed
   */
  public List<Entry> list() throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Path file : files()) {
      Entry entry = read(file);
      if (entry != null) {
        entries.add(entry);
      }
    }
    return entries;
  }

  /**
   * Forgets journals whose folder is certainly gone, and what a killed writer left behind.
   *
   * @throws IOException if the folder is there and cannot be listed or changed
   */
  public void prune() throws IOException {
    for (Path file : files()) {
      Entry entry = read(file);
      boolean isGone =
          entry != null && Files.notExists(entry.journalDirectory(), LinkOption.NOFOLLOW_LINKS);
      if (isGone || isAbandoned(file)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static boolean isAbandoned(Path file) {
    try {
      long age =
          System.currentTimeMillis()
              - Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis();
      return file.toString().endsWith(UNFINISHED) && age > ABANDONED.toMillis();
    } catch (IOException e) {
      return false;
    }
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return files;
    }
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(files::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return files;
  }

  private static @Nullable Entry read(Path note) {
    if (!Files.isRegularFile(note, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    try (InputStream in = Files.newInputStream(note, LinkOption.NOFOLLOW_LINKS)) {
      String text = new String(in.readNBytes(MOST_OF_A_NOTE + 1), StandardCharsets.US_ASCII);
      return parse(text, note.getFileName().toString());
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
  }

  /** The note, if it is whole and stands where it belongs. */
  private static @Nullable Entry parse(String text, String name) {
    String[] lines = text.split("\n", -1);
    if (lines.length != 4 || !lines[3].isEmpty()) {
      return null;
    }
    Entry entry =
        new Entry(
            RawPath.fromText(lines[0]), RawPath.fromText(lines[1]), RawPath.fromText(lines[2]));
    return RawPath.hash(entry.journalDirectory()).equals(name) ? entry : null;
  }

  private void write(Path note, Lockable lockable) throws IOException {
    makePrivate(folder);
    String text =
        RawPath.toText(lockable.journalDirectory())
            + "\n"
            + RawPath.toText(lockable.key())
            + "\n"
            + RawPath.toText(lockable.shown())
            + "\n";
    String unique = "." + ProcessHandle.current().pid() + "." + System.nanoTime() + UNFINISHED;
    Path unfinished = note.resolveSibling(note.getFileName() + unique);
    try {
      Files.writeString(unfinished, text, StandardCharsets.US_ASCII, StandardOpenOption.CREATE_NEW);
      Files.move(unfinished, note, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
  }

  private static void makePrivate(@Nullable Path folder) throws IOException {
    if (folder == null || Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new NoSuchFileException(folder.toString(), null, "it is not a folder");
    }
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }
}
