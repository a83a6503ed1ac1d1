package dev.lockbroker.core.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that looks like {@code /proc} as far as we read it. */
record FakeProc(Path root) {
  /** A proc that belongs to the process {@code self} and shows process 1. */
  static FakeProc of(Path root, long self) {
    FakeProc proc = new FakeProc(root);
    proc.write(self + "/mountinfo", "22 27 0:21 / /proc rw,relatime - proc proc rw\n");
    proc.link("self", Long.toString(self));
    proc.process(1, 'S', 1, 1);
    return proc;
  }

  void process(long pid, char state, long threads, long startTicks) {
    stat(pid, statLine(pid, "name", state, threads, startTicks));
  }

  void stat(long pid, String line) {
    write(pid + "/stat", line);
  }

  /** The pids of a process, from the namespace of this proc inwards, and its own namespace. */
  void namespaces(long pid, String pids, long namespace) {
    write(pid + "/status", "Name:\tx\nNSpid:\t" + pids + "\nNSpgid:\t1\n");
    link(pid + "/ns/pid", "pid:[" + namespace + "]");
  }

  void write(String file, String content) {
    try {
      Files.createDirectories(root.resolve(file).getParent());
      Files.writeString(root.resolve(file), content, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void link(String file, String target) {
    try {
      Files.createDirectories(root.resolve(file).getParent());
      Files.createSymbolicLink(root.resolve(file), Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String statLine(long pid, String name, char state, long threads, long startTicks) {
    return pid
        + " ("
        + name
        + ") "
        + state
        + " 1 1 77 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 "
        + threads
        + " 0 "
        + startTicks
        + " 5000000 10 18446744073709551615 0 0\n";
  }
}
