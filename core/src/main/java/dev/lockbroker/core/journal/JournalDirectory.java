package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The file operations of the protocol on one {@code lockbroker} directory, each as small as the
 * system's own, so that a simulation can crash between any two. The rules about their order are in
 * {@link Arbiter}.
 *
 * <p>Everything but {@link #stamp}, {@link #read}, the run folders and the bells is called only
 * between a successful {@link #enter} and its {@link #leave}.
 */
interface JournalDirectory extends Closeable {
  /**
   * Tries to take the guard; makes directory and guard file where they are missing.
   *
   * @return false if somebody else has it
   */
  boolean enter() throws IOException;

  /** Gives the guard back. Never fails: closing it is the worst that happens. */
  void leave();

  /** Who has the guard, as far as the system tells; for a message. */
  GuardHolder guardHolder();

  /** The guard's id; an empty guard gets one. */
  String guardId() throws IOException;

  /** Whether the guard that is held is still the file that the path names. */
  boolean guardIsCurrent() throws IOException;

  /** Closes guard and journal; the next {@link #enter} opens those that the paths name. */
  void forgetGuard();

  /** What tells a changed journal from an unchanged one; null if there is none. A hint only. */
  @Nullable Object stamp() throws IOException;

  /**
   * Whether the path names the very file that the last {@link #read} was of, unchanged since that
   * stamp was taken. Exact, unlike equal stamps: that file is kept open, so that no other one can
   * have its inode.
   */
  boolean isStill(Object stamp) throws IOException;

  /** Reads the journal that the path names from {@code offset} on; null if there is none. */
  @Nullable Excerpt read(long offset) throws IOException;

  /**
   * Appends with one write to the very file that was read last, never to another one.
   *
   * @param end how long it must be: if the directory was swapped before it was read, somebody else
   *     may be writing to it inside of another guard
   */
  void append(byte[] bytes, long end) throws IOException;

  /**
   * Reads an appended line back.
   *
   * @param at where it was to begin
   * @return the stamp now; null if the path names another file, or that is not how this one ends
   */
  @Nullable Object confirm(byte[] line, long at) throws IOException;

  /** Replaces the journal at once and durably: a new file, synced, renamed over the old one. */
  void replace(byte[] content) throws IOException;

  /**
   * Refuses, with a {@link JournalException}, a file system on which locks reach no other kernel.
   */
  void requireLocalFileSystem() throws IOException;

  /** Makes a run folder; one that is there stays as it is. */
  void makeRun(RunFolder folder) throws IOException;

  /** The processes registered in the run folder; empty if there is none. */
  List<RunEntry> runEntries(RunFolder folder) throws IOException;

  /**
   * Registers a process by creating its entry.
   *
   * @return false if the run folder is gone: the ticket has ended
   */
  boolean register(RunFolder folder, RunEntry entry) throws IOException;

  /** Removes an entry; one that is not there is no error. */
  void unregister(RunFolder folder, RunEntry entry) throws IOException;

  /**
   * Removes the run folder.
   *
   * @return false if there is an entry in it; true if it is gone, also if it was before
   */
  boolean removeRun(RunFolder folder) throws IOException;

  /** Removes folders that {@code isLive} does not know and that are a day old, as far as it can. */
  void sweepRuns(Predicate<RunFolder> isLive) throws IOException;

  /**
   * Makes the folder that a process watches while it waits; one that is there stays as it is.
   *
   * @return the folder
   */
  Path hangBell(ProcessIdentity listener) throws IOException;

  /** Wakes a process that waits, if it has a bell; nobody relies on it. */
  void ring(ProcessIdentity listener);

  /** Removes a process's bell; one that is not there is no error. */
  void takeBellDown(ProcessIdentity listener) throws IOException;

  /** Removes bells that are a day old, as far as it can. */
  void sweepBells() throws IOException;
}
