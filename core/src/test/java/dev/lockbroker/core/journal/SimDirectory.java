package dev.lockbroker.core.journal;

import dev.lockbroker.core.journal.JournalException.Fault;
import dev.lockbroker.core.process.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The file operations of one simulated process, each made of the same single steps as on a real
 * file system, and between any two of them anything may happen.
 */
final class SimDirectory implements JournalDirectory {
  private final SimWorld world;
  private final SimDisk disk;
  private final SimProcess process;
  private SimDisk.@Nullable Node guard;

  /** The journal that is kept open, and whether it is for writing, too. */
  private SimDisk.@Nullable Node open;

  private boolean appends;

  SimDirectory(SimProcess process) {
    this.world = process.world;
    this.disk = world.disk;
    this.process = process;
  }

  private void step() {
    process.point();
  }

  /** A step that may fail. */
  private void risk() throws IOException {
    process.point();
    if (world.fails()) {
      throw new JournalException(Fault.IO, "input/output error");
    }
  }

  private void requireSpace() throws IOException {
    if (disk.full) {
      world.figures.fullDisk++;
      throw new JournalException(Fault.IO, "no space left on device");
    }
  }

  @Override
  public boolean enter() throws IOException {
    SimDisk.Node current = guard;
    if (current == null) {
      current = open();
      guard = current;
    }
    step();
    if (current.locked == null || world.rules.noGuard()) {
      current.locked = process;
      process.locks = current;
      world.oracle.entered(process);
      return true;
    }
    return false;
  }

  private SimDisk.Node open() throws IOException {
    risk();
    if (disk.place() == null) {
      step();
      if (disk.place() == null) {
        requireSpace();
        disk.top.put(SimDisk.PLACE, disk.directory());
      }
    }
    risk();
    if (disk.find(SimDisk.GUARD) == null) {
      step();
      SimDisk.Node place = disk.requirePlace();
      if (!place.names().containsKey(SimDisk.GUARD)) {
        requireSpace();
        place.names().put(SimDisk.GUARD, disk.file());
      }
    }
    step();
    SimDisk.Node seen = disk.require(SimDisk.GUARD);
    risk();
    SimDisk.Node opened = disk.require(SimDisk.GUARD);
    step();
    if (disk.find(SimDisk.GUARD) != seen || opened != seen) {
      throw new NoSuchFileException(SimDisk.GUARD, null, "replaced while it was opened");
    }
    return opened;
  }

  private SimDisk.Node held() {
    SimDisk.Node current = guard;
    if (current == null) {
      throw new IllegalStateException("not inside the guard");
    }
    return current;
  }

  @Override
  public void leave() {
    step();
    unlock(held());
    world.oracle.left(process);
  }

  @Override
  public GuardHolder guardHolder() {
    return GuardHolder.UNKNOWN;
  }

  @Override
  public String guardId() throws IOException {
    risk();
    SimDisk.Node current = held();
    if (current.size == 0) {
      step();
      requireSpace();
      byte[] fresh = world.hex(32).getBytes(StandardCharsets.ISO_8859_1);
      current.append(fresh, 0, fresh.length);
    }
    return current.text();
  }

  @Override
  public boolean guardIsCurrent() throws IOException {
    risk();
    return disk.find(SimDisk.GUARD) == guard;
  }

  @Override
  public void forgetGuard() {
    SimDisk.Node current = guard;
    guard = null;
    open = null;
    if (current != null) {
      unlock(current);
    }
  }

  private void unlock(SimDisk.Node node) {
    process.locks = null;
    if (node.locked == process) {
      node.locked = null;
    }
  }

  @Override
  public void close() {
    forgetGuard();
  }

  @Override
  public @Nullable Object stamp() throws IOException {
    risk();
    SimDisk.Node journal = disk.journal();
    return journal == null ? null : new Stamp(journal.key % 3, journal.size, journal.modified);
  }

  @Override
  public boolean isStill(Object stamp) throws IOException {
    risk();
    SimDisk.Node journal = disk.journal();
    return journal != null
        && journal == open
        && new Stamp(journal.key % 3, journal.size, journal.modified).equals(stamp);
  }

  @Override
  public @Nullable Excerpt read(long offset) throws IOException {
    step();
    SimDisk.Node journal = disk.journal();
    while (journal != null) {
      Excerpt excerpt = read(journal, offset);
      risk();
      SimDisk.Node after = disk.journal();
      if (after == journal) {
        return excerpt;
      }
      journal = after;
    }
    open = null;
    return null;
  }

  private Excerpt read(SimDisk.Node journal, long offset) throws IOException {
    Stamp stamp = new Stamp(journal.key % 3, journal.size, journal.modified);
    long seconds = Math.floorDiv(journal.modified, 1_000_000_000L);
    risk();
    if (journal != open) {
      // The path may name another one already; real files are opened until it does not.
      open = journal;
      appends = false;
    }
    int size = journal.size;
    step();
    byte[] head = journal.read(0, Math.min(JournalHeader.MAX_BYTES, size));
    step();
    byte[] tail = offset < size ? journal.read((int) offset, size) : new byte[0];
    return new Excerpt(head, tail, seconds, stamp);
  }

  @Override
  public void append(byte[] bytes, long end) throws IOException {
    SimDisk.Node journal = open;
    risk();
    if (world.rules.has(SimFault.APPENDS_TO_WHAT_THE_PATH_NAMES)) {
      journal = disk.require(SimDisk.JOURNAL);
    }
    if (journal == null) {
      throw new IllegalStateException("no journal is open");
    }
    if (!appends && disk.find(SimDisk.JOURNAL) != journal) {
      throw new JournalException(Fault.UNKNOWN_OUTCOME, "replaced while it was read");
    }
    appends = true;
    step();
    while (journal.writer != null && !journal.writer.isDead()) {
      world.pause(process, 1000); // the kernel lets one at a time write to a file
    }
    if (journal.size != end && !world.rules.has(SimFault.APPENDS_TO_WHAT_THE_PATH_NAMES)) {
      throw new JournalException(Fault.UNKNOWN_OUTCOME, "replaced while it was read");
    }
    if (disk.full) {
      int written = world.random.below(bytes.length);
      journal.append(bytes, 0, written);
      world.figures.shortWrites++;
      world.oracle.changed(process);
      throw new JournalException(Fault.IO, "only a part could be written");
    }
    int cut = world.tearAt(bytes.length);
    journal.append(bytes, 0, cut);
    if (cut < bytes.length) {
      journal.writer = process;
      world.oracle.changed(process);
      world.interruptWrite(process);
      journal.writer = null;
      journal.append(bytes, cut, bytes.length);
    }
    world.oracle.changed(process);
  }

  @Override
  public @Nullable Object confirm(byte[] line, long at) throws IOException {
    risk();
    SimDisk.Node journal = disk.journal();
    if (journal == null || journal != open || journal.size != at + line.length) {
      return null;
    }
    Stamp stamp = new Stamp(journal.key % 3, journal.size, journal.modified);
    step();
    byte[] back = journal.read((int) at, journal.size);
    return Arrays.equals(back, line) ? stamp : null;
  }

  @Override
  public void replace(byte[] content) throws IOException {
    risk();
    disk.requirePlace().names().keySet().removeIf(name -> name.startsWith(SimDisk.NEW));
    risk();
    String fixed = SimDisk.NEW + "0";
    String name =
        world.rules.has(SimFault.REPLACEMENT_HAS_A_FIXED_NAME)
            ? fixed
            : SimDisk.NEW + world.hex(16);
    SimDisk.Node made = create(name);
    try {
      write(made, content);
      risk();
      made.synced = made.size;
      step();
      SimDisk.Node place = disk.requirePlace();
      SimDisk.Node renamed = place.names().remove(name);
      if (renamed == null) {
        throw new NoSuchFileException(name);
      }
      place.names().put(SimDisk.JOURNAL, renamed);
      world.oracle.changed(process);
    } catch (IOException e) {
      step();
      SimDisk.Node place = disk.place();
      if (place != null) {
        place.names().remove(name);
      }
      throw e;
    }
  }

  private SimDisk.Node create(String name) throws IOException {
    requireSpace();
    SimDisk.Node place = disk.requirePlace();
    if (place.names().containsKey(name)) {
      throw new FileSystemException(name, null, "file exists");
    }
    SimDisk.Node made = disk.file();
    place.names().put(name, made);
    return made;
  }

  private void write(SimDisk.Node made, byte[] content) throws IOException {
    step();
    int cut = disk.full ? world.random.below(content.length) : world.tearAt(content.length);
    made.append(content, 0, cut);
    requireSpace();
    if (cut < content.length) {
      world.interruptWrite(process);
      made.append(content, cut, content.length);
    }
  }

  @Override
  public void requireLocalFileSystem() throws IOException {
    step();
    SimDisk.Node unused = disk.requirePlace();
  }

  @Override
  public void makeRun(RunFolder folder) throws IOException {
    risk();
    SimDisk.Node place = disk.requirePlace();
    if (!place.names().containsKey(SimDisk.RUN)) {
      requireSpace();
      place.names().put(SimDisk.RUN, disk.directory());
    }
    risk();
    SimDisk.Node runs = disk.require(SimDisk.RUN);
    if (!runs.names().containsKey(folder.name())) {
      requireSpace();
      runs.names().put(folder.name(), disk.directory());
      world.trace("%s mkdir %s", process, folder.name());
    }
  }

  @Override
  public List<RunEntry> runEntries(RunFolder folder) throws IOException {
    List<RunEntry> entries = new ArrayList<>();
    risk();
    SimDisk.Node node = disk.run(folder.name());
    if (node == null) {
      return entries;
    }
    for (Map.Entry<String, SimDisk.Node> file : List.copyOf(node.names().entrySet())) {
      step();
      RunEntry entry = RunEntry.parse(file.getKey(), file.getValue().text());
      if (entry != null) {
        entries.add(entry);
      }
    }
    return entries;
  }

  @Override
  public boolean register(RunFolder folder, RunEntry entry) throws IOException {
    risk();
    SimDisk.Node node = disk.run(folder.name());
    if (node == null) {
      return false;
    }
    if (node.names().containsKey(entry.fileName())) {
      return true;
    }
    requireSpace();
    SimDisk.Node file = disk.file();
    node.names().put(entry.fileName(), file);
    world.trace("%s enters %s into %s", process, entry.fileName(), folder.name());
    step();
    byte[] session = Long.toString(entry.session()).getBytes(StandardCharsets.ISO_8859_1);
    file.append(session, 0, session.length);
    return true;
  }

  @Override
  public void unregister(RunFolder folder, RunEntry entry) throws IOException {
    risk();
    SimDisk.Node node = disk.run(folder.name());
    if (node != null) {
      node.names().remove(entry.fileName());
    }
  }

  @Override
  public boolean removeRun(RunFolder folder) throws IOException {
    risk();
    SimDisk.Node node = disk.run(folder.name());
    if (node != null) {
      if (!node.names().isEmpty()) {
        return false;
      }
      disk.require(SimDisk.RUN).names().remove(folder.name());
      world.trace("%s rmdir %s", process, folder.name());
    }
    return true;
  }

  @Override
  public void sweepRuns(Predicate<RunFolder> isLive) {
    step(); // no run lasts for a day
  }

  @Override
  public Path hangBell(ProcessIdentity listener) {
    throw new UnsupportedOperationException("nobody listens here: the rules do without");
  }

  @Override
  public void ring(ProcessIdentity listener) {
    step(); // a bell may always be lost, and who rings may always die before
  }

  @Override
  public void takeBellDown(ProcessIdentity listener) {}

  @Override
  public void sweepBells() {
    step();
  }

  /** Inode numbers are used again, times are coarse. */
  private record Stamp(long inode, long size, long modified) {}
}
