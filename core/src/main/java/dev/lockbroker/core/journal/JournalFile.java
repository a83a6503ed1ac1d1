package dev.lockbroker.core.journal;

import dev.lockbroker.core.journal.JournalException.Fault;
import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.table.Entry;
import dev.lockbroker.core.table.LockTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which journal file is the right one, and how it is read and written: identity by guard id and
 * nonce, creation, compaction, reboot, and the read-back of every write.
 */
final class JournalFile {
  /**
   * More numbers than any journal can hold: of one from before a reboot only the header is read,
   * and it may have lost its last lines.
   */
  private static final long REBOOT_GAP = 1L << 21;

  private final Path place;
  private final JournalDirectory directory;
  private final Host host;
  private final Leeway leeway;
  private @Nullable JournalView view;
  private @Nullable Object stamp;
  private long highestCounter;
  private boolean replaced = true;

  /** Whether all of the file had to be read for the transaction that comes next. */
  private boolean cold;

  JournalFile(Path place, JournalDirectory directory, Host host, Leeway leeway) {
    this.place = place;
    this.directory = directory;
    this.host = host;
    this.leeway = leeway;
  }

  LockTable table() {
    JournalView current = view;
    return current == null ? new LockTable(0) : current.table();
  }

  List<Entry> takeNews() {
    JournalView current = view;
    return current == null ? List.of() : current.takeNews();
  }

  /** Whether another file than before is looked at, once. */
  boolean takeReplaced() {
    boolean was = replaced;
    replaced = false;
    return was;
  }

  /** Drops what is remembered; the next look or transaction reads everything. */
  void forget() {
    if (view != null) {
      highestCounter = Math.max(highestCounter, view.table().counter());
    }
    view = null;
    stamp = null;
    replaced = true;
  }

  /**
   * Reads without the guard; true if anything is new. A journal from before a reboot holds nothing,
   * and the next transaction replaces it.
   */
  boolean look() throws IOException {
    Object now = directory.stamp();
    if (now != null && now.equals(stamp)) {
      return false;
    }
    if (now == null) {
      boolean was = view != null;
      forget();
      return was;
    }
    readOn();
    JournalView current = view;
    if (current != null && !current.header().bootId().equals(host.bootId())) {
      forget();
      stamp = now;
    }
    return true;
  }

  /**
   * Inside the guard: reads up to the end of the right journal, making it where it is missing.
   *
   * @return false if the guard is no longer the one that the path names
   */
  boolean catchUp() throws IOException {
    String guardId = directory.guardId();
    if (!Hex.isHex(guardId, JournalHeader.GUARD_ID_LENGTH)) {
      throw corrupt("its guard file is damaged", null);
    }
    // Ids alone do not tell: a directory moved away and copied back has two guards of one id.
    if (!directory.guardIsCurrent()) {
      return false;
    }
    if (isCaughtUp(guardId)) {
      return true;
    }
    Excerpt excerpt = readOn();
    JournalView current = view;
    if (excerpt == null || current == null || !current.header().guardId().equals(guardId)) {
      return startAfresh(guardId, gapAfter(current));
    }
    JournalHeader header = current.header();
    if (!header.bootId().equals(host.bootId())) {
      requireRebooted(excerpt);
      return startAfresh(guardId, REBOOT_GAP);
    }
    return true;
  }

  /** Whether nobody has written since the last reading, which then need not be repeated. */
  private boolean isCaughtUp(String guardId) throws IOException {
    JournalView current = view;
    Object last = stamp;
    return current != null
        && last != null
        && current.header().guardId().equals(guardId)
        && current.header().bootId().equals(host.bootId())
        && directory.isStill(last);
  }

  /**
   * None within a boot: numbers ahead of the wall clock could be given again by somebody who never
   * saw the file that they are in, once it is deleted.
   */
  private long gapAfter(@Nullable JournalView last) {
    return last == null || last.header().bootId().equals(host.bootId()) ? 0 : REBOOT_GAP;
  }

  /**
   * Reads the file that the path names from where the last reading ended; null if there is none, or
   * if it is not what it was.
   */
  private @Nullable Excerpt readOn() throws IOException {
    JournalView current = view;
    Excerpt excerpt = directory.read(current == null ? 0 : current.offset());
    if (excerpt == null) {
      forget();
      return null;
    }
    try {
      if (current == null) {
        return readFirst(excerpt);
      }
      if (!current.headerLine().equals(excerpt.firstLine())) {
        excerpt = directory.read(0);
        return excerpt == null ? null : readFirst(excerpt);
      }
      byte[] fresh = current.newIn(excerpt.tail());
      if (fresh == null) {
        // Cut or changed behind our back: its numbers may have been given before. It counts as
        // deleted, and the next transaction begins a new one.
        forget();
        stamp = excerpt.stamp();
        return null;
      }
      current.feed(fresh);
      stamp = excerpt.stamp();
      return excerpt;
    } catch (JournalHeader.NewerFormat e) {
      throw new JournalException(
          Fault.NEWER_FORMAT,
          "the lock journal in "
              + place
              + " was written by a newer version of Lockbroker; upgrade this one",
          e);
    } catch (IllegalArgumentException e) {
      throw corrupt(String.valueOf(e.getMessage()), e);
    }
  }

  private Excerpt readFirst(Excerpt excerpt) throws JournalException {
    JournalHeader header = JournalHeader.parse(excerpt.firstLine());
    if (header.timeNamespace() != host.timeNamespace() && header.bootId().equals(host.bootId())) {
      throw new JournalException(
          Fault.OTHER_CLOCK,
          "the locks in "
              + place
              + " are kept by processes of another time namespace, whose clock this process does not"
              + " share; run it outside of its time namespace");
    }
    forget();
    JournalView fresh = new JournalView(header);
    if (header.bootId().equals(host.bootId())) {
      byte[] all = excerpt.tail();
      fresh.feed(Arrays.copyOfRange(all, header.line().length() + 1, all.length));
    }
    // Of a journal from before a reboot only the counter matters: a power loss may have torn the
    // rest.
    view = fresh;
    stamp = excerpt.stamp();
    cold = true;
    return excerpt;
  }

  /** A boot id that is not ours may also be another kernel's that writes here at this moment. */
  private void requireRebooted(Excerpt excerpt) throws JournalException {
    if (excerpt.modifiedSeconds() >= host.bootTimeSeconds()) {
      throw new JournalException(
          Fault.NOT_LOCAL,
          "the lock journal in "
              + place
              + " is in use by another kernel (a virtual machine, a network share), or the clock was"
              + " set back; if neither, see 'lockctl reset --help'");
    }
  }

  /** Begins an empty journal: every ticket there was counts as released by force. */
  private boolean startAfresh(String guardId, long gap) throws IOException {
    directory.requireLocalFileSystem();
    forget();
    long counter = Math.max(highestCounter + gap, host.wallMicros());
    adopt(header(guardId, counter), List.of());
    replaced = true;
    return true;
  }

  private JournalHeader header(String guardId, long counter) {
    return new JournalHeader(guardId, leeway.nonce(), host.bootId(), host.timeNamespace(), counter);
  }

  /** Writes entries that are applied to the table already, and proves that they can be read. */
  void write(List<Entry> entries, long nowNanos) throws IOException {
    JournalView current = view;
    if (entries.isEmpty() || current == null) {
      return;
    }
    byte[] line = current.lineFor(entries);
    if (isDueForCompaction(current.end() + line.length, current.sizeWhenNew())) {
      compact(current, entries);
      return;
    }
    cold = false;
    directory.append(line, current.end());
    requireReadable(current, line);
    current.wrote(line, entries);
  }

  /** Whether the journal has grown past the point where it should be written anew. */
  private boolean isDueForCompaction(long bytes, long bytesWhenNew) {
    long most = cold ? leeway.compactBytesWhenCold() : leeway.compactBytes();
    return bytes >= Math.max(most, 2 * bytesWhenNew);
  }

  private void requireReadable(JournalView current, byte[] line) throws IOException {
    Object confirmed = directory.confirm(line, current.end());
    if (confirmed == null) {
      throw new JournalException(
          Fault.UNKNOWN_OUTCOME,
          "the lock journal in " + place + " was replaced while it was written; try again");
    }
    stamp = confirmed;
  }

  /** The transaction that would make the file too long is written as a new file instead. */
  private void compact(JournalView current, List<Entry> entries) throws IOException {
    LockTable table = current.table();
    long counter = Math.max(table.counter(), host.wallMicros());
    adopt(header(current.header().guardId(), counter), table.carryOver());
    JournalView fresh = view;
    if (fresh != null) {
      fresh.announce(current.takeNews());
      fresh.announce(entries);
    }
    sweep(table);
  }

  /** Mere tidiness: the transaction has been carried out, whatever becomes of this. */
  private void sweep(LockTable table) {
    try {
      directory.sweepRuns(folder -> table.ticket(folder.ticket()) != null);
      directory.sweepBells();
    } catch (IOException e) {
      // The next compaction tries again.
    }
  }

  /**
   * Puts a new file in place and reads it back. Unlike an appended line it would be there even if
   * the directory was removed meanwhile and somebody else is inside the new one's guard.
   */
  private void adopt(JournalHeader header, List<Entry> carried) throws IOException {
    byte[] content = JournalView.fileOf(header, carried);
    directory.replace(content);
    Excerpt back = directory.read(0);
    boolean readable = back != null && Arrays.equals(back.tail(), content);
    if (back == null || !readable || !directory.guardIsCurrent()) {
      throw new JournalException(
          Fault.UNKNOWN_OUTCOME,
          "the lock journal in " + place + " was replaced while it was written; try again");
    }
    boolean before = replaced;
    readFirst(back);
    replaced = before;
    cold = false;
  }

  private JournalException corrupt(String why, @Nullable Throwable cause) {
    return new JournalException(
        Fault.CORRUPT,
        "the lock journal in "
            + place
            + " is corrupt: "
            + why
            + "; nobody is granted anything from it: check that no git command runs there, then use"
            + " 'lockctl reset'",
        cause);
  }
}
