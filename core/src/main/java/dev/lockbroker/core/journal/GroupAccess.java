package dev.lockbroker.core.journal;

import dev.lockbroker.core.journal.JournalException.Fault;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may use what is made in a journal's directory: where the directory around it is writable by
 * its group (a shared repository), the group; otherwise its owner alone.
 */
final class GroupAccess {
  private final Path directory;

  GroupAccess(Path directory) {
    this.directory = directory;
  }

  /** For a file that is about to be made. */
  FileAttribute<?> ofFile() {
    return access("rw-------", "rw-rw----");
  }

  /**
   * Makes a directory where there is none.
   *
   * @throws JournalException if something else is there
   */
  void makeDirectory(Path path) throws IOException {
    BasicFileAttributes attributes = attributesOrNull(path);
    if (attributes == null) {
      attributes = create(path);
    }
    if (!attributes.isDirectory()) {
      throw new JournalException(
          Fault.HOSTILE, path + " is not a directory; remove it and try again");
    }
  }

  private BasicFileAttributes create(Path path) throws IOException {
    try {
      Files.createDirectory(path, access("rwx------", "rwxrwx---"));
      share(path, 0770);
    } catch (FileAlreadyExistsException e) {
      // Somebody was quicker.
    }
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static @Nullable BasicFileAttributes attributesOrNull(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private FileAttribute<Set<PosixFilePermission>> access(String own, String shared) {
    return PosixFilePermissions.asFileAttribute(
        PosixFilePermissions.fromString(isShared() ? shared : own));
  }

  /**
   * The umask takes away what a shared repository needs, so it is given again. The bit above the
   * permissions stays: it hands the group on to what is made in a directory.
   */
  void share(Path path, int permissions) throws IOException {
    if (isShared() && Files.isWritable(path)) {
      try {
        int setgid = (Integer) Files.getAttribute(path, "unix:mode") & 02000;
        Files.setAttribute(path, "unix:mode", setgid | permissions);
      } catch (FileSystemException e) {
        // Another member of the group made it, and has done this.
      }
    }
  }

  private boolean isShared() {
    Path around = directory.getParent();
    try {
      return around != null
          && Files.getPosixFilePermissions(around).contains(PosixFilePermission.GROUP_WRITE);
    } catch (IOException e) {
      return false;
    }
  }
}
