package dev.lockbroker.core.journal;

import dev.lockbroker.core.journal.JournalException.Fault;
import dev.lockbroker.core.process.ProcessIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The directory on a real file system. Never follows a symlink inside it, never reads anything but
 * regular files of bounded size.
 *
 * <p>Access follows the directory around it: where that is writable by its group (a shared
 * repository), so are our files; otherwise they are the owner's alone.
 */
final class FileJournalDirectory implements JournalDirectory {
  /** A larger journal is not read: ours are compacted long before. */
  static final long MAX_JOURNAL_BYTES = 16L << 20;

  /** How the names of new journals begin while they are written. */
  private static final String REPLACEMENT = "journal.new";

  private static final long DAY_MILLIS = 86_400_000;
  private static final OpenOption[] CREATE = {
    StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS
  };

  private final Path directory;
  private final Path guardPath;
  private final Path journal;
  private final Path runs;
  private final GroupAccess access;
  private final BellFolder bells;
  private @Nullable Guard guard;
  private @Nullable OpenJournal open;

  FileJournalDirectory(Path directory) {
    this.directory = directory;
    this.guardPath = directory.resolve("guard");
    this.journal = directory.resolve("journal");
    this.runs = directory.resolve("run");
    this.access = new GroupAccess(directory);
    this.bells = new BellFolder(directory, access);
  }

  @Override
  public boolean enter() throws IOException {
    Guard current = guard;
    if (current == null) {
      access.makeDirectory(directory);
      current = Guard.open(guardPath, access.ofFile());
      guard = current;
      access.share(guardPath, 0660);
    }
    try {
      return current.tryEnter();
    } catch (ClosedChannelException e) {
      forgetGuard();
      return false;
    }
  }

  @Override
  public void leave() {
    held().leave();
  }

  private Guard held() {
    Guard current = guard;
    if (current == null) {
      throw new IllegalStateException("not inside the guard");
    }
    return current;
  }

  @Override
  public GuardHolder guardHolder() {
    Guard current = guard;
    return current == null ? GuardHolder.UNKNOWN : GuardHolder.ofInode(current.inode());
  }

  @Override
  public String guardId() throws IOException {
    return held().id();
  }

  @Override
  public boolean guardIsCurrent() throws IOException {
    return held().isAt(guardPath);
  }

  @Override
  public void forgetGuard() {
    detach();
    Guard current = guard;
    guard = null;
    if (current != null) {
      current.close();
    }
  }

  @Override
  public void close() {
    forgetGuard();
  }

  @Override
  public @Nullable Object stamp() throws IOException {
    BasicFileAttributes attributes = attach();
    return attributes == null ? null : attached().stamp(attributes);
  }

  @Override
  public boolean isStill(Object stamp) throws IOException {
    OpenJournal current = open;
    BasicFileAttributes attributes = current == null ? null : journalAttributes();
    return current != null && attributes != null && current.stamp(attributes).equals(stamp);
  }

  @Override
  public @Nullable Excerpt read(long offset) throws IOException {
    BasicFileAttributes attributes = attach();
    while (attributes != null) {
      Excerpt excerpt = read(attached(), attributes, offset);
      BasicFileAttributes after = attach();
      if (after != null && attached().isOf(attributes)) {
        return excerpt;
      }
      // It was replaced meanwhile, and a line that went into it since then is nowhere.
      attributes = after;
    }
    return null;
  }

  private Excerpt read(OpenJournal file, BasicFileAttributes attributes, long offset)
      throws IOException {
    boolean done = false;
    try {
      long size = file.size();
      requireSane(size);
      byte[] head = file.read(0, (int) Math.min(JournalHeader.MAX_BYTES, size));
      byte[] tail = offset < size ? file.read(offset, (int) (size - offset)) : new byte[0];
      long modifiedSeconds = Math.floorDiv(attributes.lastModifiedTime().toMillis(), 1000L);
      done = true;
      return new Excerpt(head, tail, modifiedSeconds, file.stamp(attributes));
    } finally {
      if (!done) {
        detach();
      }
    }
  }

  /** Opens the journal that the path names, unless it is open; null if there is none. */
  private @Nullable BasicFileAttributes attach() throws IOException {
    BasicFileAttributes attributes = journalAttributes();
    while (attributes != null && (open == null || !open.isOf(attributes))) {
      detach();
      open = OpenJournal.open(journal, attributes);
      attributes = open == null ? journalAttributes() : attributes;
    }
    if (attributes == null) {
      detach();
    }
    return attributes;
  }

  private OpenJournal attached() {
    OpenJournal current = open;
    if (current == null) {
      throw new IllegalStateException("no journal is open");
    }
    return current;
  }

  private void detach() {
    OpenJournal current = open;
    open = null;
    try {
      if (current != null) {
        current.close();
      }
    } catch (IOException e) {
      // Nothing was written through it that is not in the file already.
    }
  }

  private @Nullable BasicFileAttributes journalAttributes() throws IOException {
    BasicFileAttributes attributes = OpenJournal.attributes(journal);
    if (attributes != null && !attributes.isRegularFile()) {
      throw new JournalException(
          Fault.HOSTILE, journal + " is not a regular file; remove it and try again");
    }
    return attributes;
  }

  private void requireSane(long size) throws JournalException {
    if (size > MAX_JOURNAL_BYTES) {
      throw new JournalException(
          Fault.CORRUPT,
          journal + " is larger than any journal of ours; see 'lockctl reset --help'");
    }
  }

  @Override
  public void append(byte[] bytes, long end) throws IOException {
    boolean done = false;
    try {
      attached().append(bytes, end);
      done = true;
    } finally {
      if (!done) {
        detach();
      }
    }
  }

  @Override
  public @Nullable Object confirm(byte[] line, long at) throws IOException {
    OpenJournal current = attached();
    boolean confirmed = false;
    try {
      BasicFileAttributes attributes = journalAttributes();
      confirmed =
          attributes != null
              && current.isOf(attributes)
              && attributes.size() == at + line.length
              && Arrays.equals(current.read(at, line.length), line);
      return confirmed ? current.stamp(Objects.requireNonNull(attributes)) : null;
    } finally {
      if (!confirmed) {
        detach(); // also from a file that it was appended to by mistake
      }
    }
  }

  @Override
  public void replace(byte[] content) throws IOException {
    removeLeftovers();
    // A name of its own: where the directory is swapped meanwhile, what is renamed over the journal
    // must never be the half-written file of somebody else.
    Path replacement = directory.resolve(REPLACEMENT + RandomBits.hex(8));
    try {
      writeReplacement(replacement, content);
      Files.move(
          replacement,
          journal,
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // On a full disk, half a file must not take the space that a release needs.
      Files.deleteIfExists(replacement);
      throw e;
    }
  }

  /** What killed ones have left; we are inside the guard. */
  private void removeLeftovers() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, REPLACEMENT + "*")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private void writeReplacement(Path replacement, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(replacement, Set.of(CREATE), access.ofFile())) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    access.share(replacement, 0660);
  }

  @Override
  public void requireLocalFileSystem() throws IOException {
    String type = Files.getFileStore(directory).type();
    if (RemoteFileSystem.isRemote(type)) {
      throw new JournalException(
          Fault.NOT_LOCAL,
          directory
              + " is on a network file system ("
              + type
              + "), where file locks do not reach every machine; move the repository to a local disk");
    }
  }

  @Override
  public void makeRun(RunFolder folder) throws IOException {
    access.makeDirectory(runs);
    access.makeDirectory(runs.resolve(folder.name()));
  }

  @Override
  public List<RunEntry> runEntries(RunFolder folder) throws IOException {
    List<RunEntry> entries = new ArrayList<>();
    requireNoLink(runs);
    requireNoLink(runs.resolve(folder.name()));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(runs.resolve(folder.name()))) {
      for (Path file : files) {
        RunEntry entry = RunEntry.parse(String.valueOf(file.getFileName()), smallContent(file));
        if (entry != null) {
          entries.add(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      return entries;
    }
    return entries;
  }

  static void requireNoLink(Path path) throws JournalException {
    if (Files.isSymbolicLink(path)) {
      throw new JournalException(
          Fault.HOSTILE, path + " is a symbolic link; remove it and try again");
    }
  }

  /** A session id is at most 20 bytes; anything that is no small regular file says nothing. */
  private static String smallContent(Path file) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!attributes.isRegularFile() || attributes.size() > 64) {
        return "";
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  @Override
  public boolean register(RunFolder folder, RunEntry entry) throws IOException {
    requireNoLink(runs);
    requireNoLink(runs.resolve(folder.name()));
    Path file = runs.resolve(folder.name()).resolve(entry.fileName());
    try (FileChannel channel = FileChannel.open(file, Set.of(CREATE), access.ofFile())) {
      byte[] session = Long.toString(entry.session()).getBytes(StandardCharsets.ISO_8859_1);
      try {
        channel.write(ByteBuffer.wrap(session));
      } catch (IOException e) {
        // An entry that its maker knows nothing of would keep the lease.
        Files.deleteIfExists(file);
        throw e;
      }
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (FileAlreadyExistsException e) {
      return true;
    }
  }

  @Override
  public void unregister(RunFolder folder, RunEntry entry) throws IOException {
    Files.deleteIfExists(runs.resolve(folder.name()).resolve(entry.fileName()));
  }

  @Override
  public boolean removeRun(RunFolder folder) throws IOException {
    try {
      Files.deleteIfExists(runs.resolve(folder.name()));
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }

  @Override
  public void sweepRuns(Predicate<RunFolder> isLive) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(runs)) {
      for (Path path : folders) {
        RunFolder folder = RunFolder.parse(String.valueOf(path.getFileName()));
        if (folder != null && !isLive.test(folder)) {
          sweepIfOld(path, folder);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (NoSuchFileException e) {
      // No command has ever been run here.
    }
  }

  /** Whether nothing has been made in it or removed from it for a day. */
  static boolean isOld(Path folder) throws IOException {
    long age =
        System.currentTimeMillis()
            - Files.getLastModifiedTime(folder, LinkOption.NOFOLLOW_LINKS).toMillis();
    return age > DAY_MILLIS;
  }

  /** Somebody else's folder, or what is no folder, is left to its owner. */
  private void sweepIfOld(Path path, RunFolder folder) {
    try {
      if (isOld(path)) {
        for (RunEntry entry : runEntries(folder)) {
          unregister(folder, entry);
        }
        removeRun(folder);
      }
    } catch (IOException e) {
      // It may stay: no ticket has it.
    }
  }

  @Override
  public Path hangBell(ProcessIdentity listener) throws IOException {
    return bells.hang(listener);
  }

  @Override
  public void ring(ProcessIdentity listener) {
    bells.ring(listener);
  }

  @Override
  public void takeBellDown(ProcessIdentity listener) throws IOException {
    bells.takeDown(listener);
  }

  @Override
  public void sweepBells() throws IOException {
    bells.sweep();
  }
}
