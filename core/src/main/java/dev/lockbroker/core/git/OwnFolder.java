package dev.lockbroker.core.git;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Makes folders and small files beside the journal, with the access that the journal's directory
 * has. Follows no symbolic link of its own making.
 */
final class OwnFolder {
  /** More entries than this are not ours. */
  private static final int MOST_ENTRIES = 10_000;

  private OwnFolder() {}

  /** Makes a folder in one of ours if it is not there. */
  static void make(Path folder, Path journalDirectory) throws IOException {
    try {
      Files.createDirectory(folder);
      Object mode = Files.getAttribute(journalDirectory, "unix:mode");
      Files.setAttribute(folder, "unix:mode", (Integer) mode & 07777);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(folder + " is not a directory; remove it");
      }
    }
  }

  /** Makes the folders from {@code base}, which is there, down to {@code folder}. */
  static void makeAll(Path base, Path folder, Path journalDirectory) throws IOException {
    Path at = base;
    for (Path name : base.relativize(folder)) {
      if (!name.toString().isEmpty()) {
        at = at.resolve(name);
        make(at, journalDirectory);
      }
    }
  }

  /** Puts a file in the place of what was there, at once. */
  static void replace(Path file, String content, Path journalDirectory) throws IOException {
    Path part = file.resolveSibling("." + file.getFileName() + ".part");
    Files.deleteIfExists(part);
    Files.createFile(part);
    Set<PosixFilePermission> access =
        EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    Set<PosixFilePermission> around = Files.getPosixFilePermissions(journalDirectory);
    if (around.contains(PosixFilePermission.GROUP_WRITE)) {
      access.add(PosixFilePermission.GROUP_READ);
      access.add(PosixFilePermission.GROUP_WRITE);
    }
    Files.setPosixFilePermissions(part, access);
    // Not a channel: an interrupt would close it.
    try (OutputStream out = new FileOutputStream(part.toFile())) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The names in a folder; none if it is not there or is none of ours. */
  static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return names;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (names.size() < MOST_ENTRIES) {
          names.add(String.valueOf(entry.getFileName()));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      // Somebody has removed it just now.
    }
    return names;
  }
}
