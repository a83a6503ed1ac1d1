package dev.lockbroker.cli;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Whether our stdout is what a shell around us reads, as in {@code $(lockctl ...)}. */
final class Captured {
  /** Deeper than anybody nests subshells. */
  private static final int MOST_ANCESTORS = 64;

  private static final int ACCESS_MODE = 3;

  private Captured() {}

  /**
   * Whether stdout is a pipe of which one of our ancestors has the end that is read. Where a
   * script's output goes to another program, that program has it, and must not be given shell code.
   */
  static boolean isRead() {
    Path pipe = link(Path.of("/proc/self/fd/1"));
    if (!pipe.toString().startsWith("pipe:")) {
      return false;
    }
    long pid = ProcessHandle.current().pid();
    for (int i = 0; i < MOST_ANCESTORS && pid > 1; i++) {
      ProcLine line = ProcLine.of(pid);
      pid = line == null ? 0 : line.parent();
      if (pid > 0 && reads(pid, pipe)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether somebody may still read what we write to stdout. A pipe tells only who writes to it
   * that nobody does, and who waits for events may not write for hours.
   */
  static boolean mayBeRead() {
    Path pipe = link(Path.of("/proc/self/fd/1"));
    if (!pipe.toString().startsWith("pipe:")) {
      return true;
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(String.valueOf(process.getFileName()));
        // Whoever cannot be looked into, such as one behind sudo, may be the one.
        if (reads(pid, pipe) || (isOurs(pid) && !Files.isReadable(process.resolve("fd")))) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return true;
    }
  }

  /** Whether it belongs to the same job: a child of the shell that we are a child of. */
  private static boolean isOurs(long pid) {
    ProcLine self = ProcLine.of(ProcessHandle.current().pid());
    ProcLine other = ProcLine.of(pid);
    return self != null && other != null && !other.hasEnded() && self.parent() == other.parent();
  }

  private static boolean reads(long pid, Path pipe) {
    Path process = Path.of("/proc", Long.toString(pid));
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : open) {
        Path info = process.resolve("fdinfo").resolve(String.valueOf(descriptor.getFileName()));
        if (link(descriptor).equals(pipe) && isForReading(info)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return false; // somebody else's
    }
    return false;
  }

  private static boolean isForReading(Path info) throws IOException {
    for (String line : Files.readAllLines(info)) {
      if (line.startsWith("flags:")) {
        return (Integer.parseInt(line.substring(6).strip(), 8) & ACCESS_MODE) == 0;
      }
    }
    return false;
  }

  private static Path link(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException | InvalidPathException e) {
      return Path.of("");
    }
  }
}
