package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.ProcessIdentity;
import org.jspecify.annotations.Nullable;

/**
 * A process registered as a worker of a request: the file {@code <pid>.<start ticks>} in its run
 * folder, whose content is the process's session id.
 *
 * @param pid as seen in the pid namespace of the ticket's client
 * @param startTicks field 22 of its {@code stat}
 * @param session its session id, or -1 if the entry does not say
 */
public record RunEntry(long pid, long startTicks, long session) {
  /** The process, judged in the namespaces of the ticket's client. */
  public ProcessIdentity identityFor(ProcessIdentity client) {
    return new ProcessIdentity(pid, startTicks, client.pidNamespace(), client.uid());
  }

  /**
   * Whether a process was there before the client that asked, which so did not start it but bound
   * the lease to it (PROTOCOL L7, {@code lockctl acquire}): that the client has ended is then as it
   * should be. Ticks are 10 ms, less than any client of ours needs before it can start anything.
   */
  public static boolean isBound(ProcessIdentity worker, ProcessIdentity client) {
    return worker.startTicks() <= client.startTicks();
  }

  /** The file's name. */
  String fileName() {
    return pid + "." + startTicks;
  }

  /** The entry of that file, or null if the name is not of this form. */
  static @Nullable RunEntry parse(String fileName, String content) {
    int dot = fileName.indexOf('.');
    if (dot <= 0) {
      return null;
    }
    try {
      long pid = Long.parseLong(fileName.substring(0, dot));
      long startTicks = Long.parseLong(fileName.substring(dot + 1));
      RunEntry entry = new RunEntry(pid, startTicks, session(content.trim()));
      boolean canonical = pid >= 1 && startTicks >= 0 && entry.fileName().equals(fileName);
      return canonical ? entry : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static long session(String content) {
    try {
      return Long.parseLong(content);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
