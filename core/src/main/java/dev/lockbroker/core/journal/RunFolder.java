package dev.lockbroker.core.journal;

import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Ticket;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder {@code run/<request>.<ticket>} in which the processes of a lease are registered. A
 * request that is asked for again gets another ticket, hence another folder: whoever was about to
 * register for the former ticket finds none.
 *
 * @param request the request
 * @param ticket its ticket's number
 */
public record RunFolder(RequestId request, long ticket) {
  /** The folder of a ticket. */
  public static RunFolder of(Ticket ticket) {
    return new RunFolder(ticket.request(), ticket.number());
  }

  /** Where it is, for a journal in that directory. */
  public Path in(Path journalDirectory) {
    return journalDirectory.resolve("run").resolve(name());
  }

  String name() {
    return request.hex() + '.' + ticket;
  }

  /** The folder of that name, or null if the name is not of this form. */
  static @Nullable RunFolder parse(String name) {
    int dot = name.indexOf('.');
    if (dot < 0 || !RequestId.isWellFormed(name.substring(0, dot))) {
      return null;
    }
    try {
      RunFolder folder =
          new RunFolder(
              new RequestId(name.substring(0, dot)), Long.parseLong(name.substring(dot + 1)));
      return folder.name().equals(name) ? folder : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
