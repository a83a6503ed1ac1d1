package dev.lockbroker.core.journal;

import dev.lockbroker.core.process.Printable;
import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.RequestId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The leases that a process works under, as its environment says: {@code LOCKBROKER_LEASE=<journal
 * directory>:<request>:<ticket>:<token>:<claims>}, several joined by {@code ;}, the innermost
 * first. A nested request that one of them covers needs no ticket of its own.
 *
 * @param journalDirectory where the lease is written
 * @param request its request id
 * @param ticket its ticket number
 * @param token its fencing token
 * @param claims what it holds
 */
public record LeaseTag(
    Path journalDirectory, RequestId request, long ticket, long token, Claims claims) {
  /** The environment variable. */
  public static final String VARIABLE = "LOCKBROKER_LEASE";

  /** What a person most likely calls its repository. */
  public Path shown() {
    return DeadlockText.guess(journalDirectory);
  }

  /** The value of the variable for one lease. */
  public String encode() {
    StringBuilder out = new StringBuilder(160);
    out.append(PercentCodec.encode(journalDirectory.toString()).replace(":", "%3A"));
    out.append(':').append(request).append(':').append(ticket).append(':').append(token);
    out.append(':');
    EntryCodec.appendClaims(claims, out);
    return out.toString();
  }

  /** The value for this lease inside the ones that {@code outer} (a value, or empty) names. */
  public String encodeInside(String outer) {
    return outer.isEmpty() ? encode() : encode() + ';' + outer;
  }

  /**
   * Reads a value of the variable.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static List<LeaseTag> decode(String value) {
    List<LeaseTag> tags = new ArrayList<>();
    if (value.isEmpty()) {
      return tags;
    }
    for (String one : value.split(";", -1)) {
      String[] words = one.split(":", 5);
      if (words.length != 5) {
        throw new IllegalArgumentException("'" + Printable.text(one) + "' names no lease");
      }
      tags.add(
          new LeaseTag(
              Path.of(PercentCodec.decode(words[0])),
              new RequestId(words[1]),
              Long.parseLong(words[2]),
              Long.parseLong(words[3]),
              EntryCodec.claims(words[4])));
    }
    return tags;
  }
}
