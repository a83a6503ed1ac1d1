package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A real directory on a disk that is full at one chosen write, of which some bytes still fit, and
 * has space again afterwards.
 */
final class ShortOfSpace implements JournalDirectory {
  private final Path place;
  private final JournalDirectory real;
  private int writesLeft = Integer.MAX_VALUE;
  private int bytesThatFit;
  private boolean struck;

  ShortOfSpace(Path place) {
    this.place = place;
    this.real = new FileJournalDirectory(place);
  }

  /** The next writes go well, the one after them does not. */
  void fillAfter(int writes, int bytes) {
    writesLeft = writes;
    bytesThatFit = bytes;
    struck = false;
  }

  boolean hasStruck() {
    return struck;
  }

  private boolean isFull() {
    if (writesLeft == 0) {
      struck = true;
      writesLeft = Integer.MAX_VALUE;
      return true;
    }
    writesLeft--;
    return false;
  }

  private static IOException noSpace(Path file) {
    return new FileSystemException(file.toString(), null, "No space left on device");
  }

  private void writePart(String name, byte[] bytes, StandardOpenOption... how) throws IOException {
    Path file = place.resolve(name);
    byte[] part = Arrays.copyOf(bytes, Math.min(bytesThatFit, bytes.length - 1));
    Files.write(file, part, how);
    throw noSpace(file);
  }

  @Override
  public void append(byte[] bytes, long end) throws IOException {
    if (isFull()) {
      writePart("journal", bytes, StandardOpenOption.APPEND);
    }
    real.append(bytes, end);
  }

  @Override
  public void replace(byte[] content) throws IOException {
    if (isFull()) {
      writePart("journal.new", content);
    }
    real.replace(content);
  }

  @Override
  public void makeRun(RunFolder folder) throws IOException {
    if (isFull()) {
      throw noSpace(place.resolve("run"));
    }
    real.makeRun(folder);
  }

  @Override
  public boolean register(RunFolder folder, RunEntry entry) throws IOException {
    if (isFull()) {
      throw noSpace(place.resolve("run"));
    }
    return real.register(folder, entry);
  }

  @Override
  public boolean enter() throws IOException {
    return real.enter();
  }

  @Override
  public void leave() {
    real.leave();
  }

  @Override
  public GuardHolder guardHolder() {
    return real.guardHolder();
  }

  @Override
  public String guardId() throws IOException {
    return real.guardId();
  }

  @Override
  public boolean guardIsCurrent() throws IOException {
    return real.guardIsCurrent();
  }

  @Override
  public void forgetGuard() {
    real.forgetGuard();
  }

  @Override
  public @Nullable Object stamp() throws IOException {
    return real.stamp();
  }

  @Override
  public @Nullable Object confirm(byte[] line, long at) throws IOException {
    return real.confirm(line, at);
  }

  @Override
  public boolean isStill(Object stamp) throws IOException {
    return real.isStill(stamp);
  }

  @Override
  public @Nullable Excerpt read(long offset) throws IOException {
    return real.read(offset);
  }

  @Override
  public void requireLocalFileSystem() throws IOException {
    real.requireLocalFileSystem();
  }

  @Override
  public List<RunEntry> runEntries(RunFolder folder) throws IOException {
    return real.runEntries(folder);
  }

  @Override
  public void unregister(RunFolder folder, RunEntry entry) throws IOException {
    real.unregister(folder, entry);
  }

  @Override
  public boolean removeRun(RunFolder folder) throws IOException {
    return real.removeRun(folder);
  }

  @Override
  public void sweepRuns(Predicate<RunFolder> isLive) throws IOException {
    real.sweepRuns(isLive);
  }

  @Override
  public Path hangBell(ProcessIdentity listener) throws IOException {
    return real.hangBell(listener);
  }

  @Override
  public void ring(ProcessIdentity listener) {
    real.ring(listener);
  }

  @Override
  public void takeBellDown(ProcessIdentity listener) throws IOException {
    real.takeBellDown(listener);
  }

  @Override
  public void sweepBells() throws IOException {
    real.sweepBells();
  }

  @Override
  public void close() throws IOException {
    real.close();
  }
}
