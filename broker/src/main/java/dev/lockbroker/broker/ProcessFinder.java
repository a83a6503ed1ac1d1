package dev.lockbroker.broker;

import dev.lockbroker.core.process.Host;
import dev.lockbroker.core.process.ProcessIdentity;
import dev.lockbroker.core.process.Processes;
import dev.lockbroker.proto.v1.Process;
import dev.lockbroker.proto.v1.Reason;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Completes what clients say of processes. Reads {@code /proc}; safe for use by many threads. */
final class ProcessFinder {
  private static final int STATUS_BYTES = 1 << 20;

  private final Host host;
  private final Processes processes;

  ProcessFinder(Host host, Processes processes) {
    this.host = host;
    this.processes = processes;
  }

  /**
   * The client of a session: what it says, completed by what the socket says.
   *
   * @throws RefusedException if neither says enough
   */
  ProcessIdentity client(Process said, Peer peer) throws RefusedException {
    if (said.getPid() > 0 && said.getStartTicks() > 0 && said.getPidNamespace() > 0) {
      return new ProcessIdentity(
          said.getPid(), said.getStartTicks(), said.getPidNamespace(), uid(said));
    }
    long seen = peer.pid();
    if (said.getPid() > 0 && isMine(said.getPidNamespace())) {
      return mine(said, said.getPid());
    }
    if (seen == 0) {
      throw invalid(
          "this socket does not tell who connects; say pid, start_ticks and pid_namespace in"
              + " hello.process");
    }
    return seen(seen, said);
  }

  /** A worker to register: in the namespace of its lease's client, and seen by the broker. */
  ProcessIdentity worker(Process said, ProcessIdentity client) throws RefusedException {
    if (said.getPid() < 1) {
      throw invalid("a process has a pid of 1 or more, not " + said.getPid());
    }
    long namespace = said.getPidNamespace() == 0 ? client.pidNamespace() : said.getPidNamespace();
    if (namespace != client.pidNamespace()) {
      throw invalid("the process is not in the pid namespace of the lease's client");
    }
    if (isMine(namespace)) {
      return mine(said, said.getPid());
    }
    if (said.getStartTicks() == 0) {
      throw invalid("the process is in another pid namespace; say its start_ticks");
    }
    return new ProcessIdentity(said.getPid(), said.getStartTicks(), namespace, uid(said));
  }

  /** The session that it is in, or -1 if that cannot be seen. */
  long session(ProcessIdentity process) {
    if (!isMine(process.pidNamespace())) {
      return -1;
    }
    try {
      // The name in parentheses may hold anything; field 6 is the fourth word behind it.
      String stat = read("/proc/" + process.pid() + "/stat", 1024);
      String[] words = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", 5);
      return Long.parseLong(words[3]);
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      return -1;
    }
  }

  private boolean isMine(long namespace) {
    return namespace == 0 || namespace == host.self().pidNamespace();
  }

  private ProcessIdentity mine(Process said, long pid) throws RefusedException {
    OptionalLong start = processes.startTicks(pid);
    if (start.isEmpty()
        || (said.getStartTicks() > 0 && said.getStartTicks() != start.getAsLong())) {
      throw invalid("process " + pid + " does not live, or cannot be seen by the broker");
    }
    return new ProcessIdentity(pid, start.getAsLong(), host.self().pidNamespace(), uid(said));
  }

  private ProcessIdentity seen(long pid, Process said) throws RefusedException {
    try {
      OptionalLong start = processes.startTicks(pid);
      if (start.isEmpty()) {
        throw new IOException("it has ended");
      }
      return new ProcessIdentity(
          innermostPid(pid), start.getAsLong(), pidNamespace(pid), uid(said));
    } catch (IOException | NumberFormatException e) {
      throw invalid(
          "the broker cannot see process "
              + pid
              + " at the other end of the socket; say pid, start_ticks and pid_namespace in"
              + " hello.process");
    }
  }

  private static long pidNamespace(long pid) throws IOException {
    String link = Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/pid")).toString();
    return Long.parseLong(link.substring(link.indexOf('[') + 1, link.length() - 1));
  }

  private static long innermostPid(long pid) throws IOException {
    for (String line : read("/proc/" + pid + "/status", STATUS_BYTES).split("\n", -1)) {
      if (line.startsWith("NSpid:")) {
        return Long.parseLong(line.substring(line.lastIndexOf('\t') + 1).strip());
      }
    }
    return pid;
  }

  private static String read(String file, int most) throws IOException {
    try (InputStream in = new FileInputStream(file)) {
      return new String(in.readNBytes(most), StandardCharsets.ISO_8859_1);
    }
  }

  /** Only processes of this user get here. */
  private long uid(Process said) {
    return said.getUid() > 0 ? said.getUid() : host.uid();
  }

  private static RefusedException invalid(String sentence) {
    return new RefusedException(Reason.INVALID, sentence);
  }
}
