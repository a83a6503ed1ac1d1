package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * How whoever grants a lock wakes the one who waits for it: {@code bell/<process>/ring}, a file in
 * a folder that this process watches. To ring is to write a byte into it (ADR 29).
 *
 * <p>A bell is a hint: it makes somebody look at the journal sooner, and says nothing. It may be
 * missing, be lost, or ring for nothing.
 */
final class BellFolder {
  private static final String RING = "ring";
  private static final OpenOption[] WRITE = {StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS};
  private static final OpenOption[] CREATE = {
    StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS
  };

  private final Path bells;
  private final GroupAccess access;

  BellFolder(Path directory, GroupAccess access) {
    this.bells = directory.resolve("bell");
    this.access = access;
  }

  private Path of(ProcessIdentity listener) {
    return bells.resolve(listener.toString());
  }

  /** Makes the folder that the process is to watch, and the file in it; returns the folder. */
  Path hang(ProcessIdentity listener) throws IOException {
    Path folder = of(listener);
    access.makeDirectory(bells);
    access.makeDirectory(folder);
    Path ring = folder.resolve(RING);
    try {
      FileChannel.open(ring, Set.of(CREATE), access.ofFile()).close();
      access.share(ring, 0660);
    } catch (FileAlreadyExistsException e) {
      // It hangs already.
    }
    return folder;
  }

  /** Rings if the process listens; what a stranger has put there instead is left alone. */
  void ring(ProcessIdentity listener) {
    Path folder = of(listener);
    Path ring = folder.resolve(RING);
    // Most have none: asked in the way that costs least.
    if (!ring.toFile().isFile()) {
      return;
    }
    try {
      requireNoLink(folder);
      if (isBell(ring)) {
        try (FileChannel bell = FileChannel.open(ring, WRITE)) {
          bell.write(ByteBuffer.allocate(1));
        }
      }
    } catch (IOException e) {
      // Taken down meanwhile, or on a full disk: it will look by itself.
    }
  }

  /** A pipe could keep us for ever, and what has more in it is no bell but perhaps dear. */
  private static boolean isBell(Path ring) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(ring, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return attributes.isRegularFile() && attributes.size() <= 1;
  }

  private void requireNoLink(Path folder) throws IOException {
    FileJournalDirectory.requireNoLink(bells);
    FileJournalDirectory.requireNoLink(folder);
  }

  void takeDown(ProcessIdentity listener) throws IOException {
    remove(of(listener));
  }

  private void remove(Path folder) throws IOException {
    requireNoLink(folder);
    Files.deleteIfExists(folder.resolve(RING));
    Files.deleteIfExists(folder);
  }

  /** Removes those a day old, as of processes that were killed; who listens still hangs another. */
  void sweep() throws IOException {
    FileJournalDirectory.requireNoLink(bells);
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(bells)) {
      for (Path folder : folders) {
        sweepIfOld(folder);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      // Nobody has ever waited here.
    }
  }

  private void sweepIfOld(Path folder) {
    try {
      ProcessIdentity listener = ProcessIdentity.parse(String.valueOf(folder.getFileName()));
      if (folder.equals(of(listener)) && FileJournalDirectory.isOld(folder)) {
        remove(folder);
      }
    } catch (IOException | IllegalArgumentException e) {
      // Somebody else's, or what is no bell at all: it may stay.
    }
  }
}
