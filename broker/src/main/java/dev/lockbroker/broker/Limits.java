package dev.lockbroker.broker;

import dev.lockbroker.core.table.Claims;
import dev.lockbroker.core.table.Inside;
import dev.lockbroker.core.table.RequestId;
import dev.lockbroker.core.table.Scope;
import dev.lockbroker.core.table.Ticket;
import java.time.Duration;

/** Every bound of the broker, each with its reason. Beyond them: a refusal, never a crash. */
final class Limits {
  /** The largest sensible request: all claims at their longest, a label, a path, and room. */
  static final int MESSAGE_BYTES = 64 << 10;

  /** Sessions at once: processes of one user on one machine; each costs a few kilobytes. */
  static final int SESSIONS = 4096;

  /** Connections at once: the sessions, and room for people and tools that look on. */
  static final int CONNECTIONS = SESSIONS + 256;

  /** Calls at once on one connection: a client needs one session and now and then a question. */
  static final int CALLS_PER_CONNECTION = 64;

  /** Requests of one session, waiting or held: a client that asks for more has gone wild. */
  static final int REQUESTS_PER_SESSION = 256;

  /** Messages of one session that are taken in before the first of them is settled. */
  static final int MESSAGES_IN_HAND = 64;

  /** Answers that wait for a client to read them; about 200 KiB. */
  static final int ANSWERS_UNREAD = 1024;

  /** Events that wait for a watcher to read them. */
  static final int EVENTS_UNREAD = 4096;

  /** Watchers at once: each event is written to each. */
  static final int WATCHERS = 64;

  /** Repositories in use at once; each has an open file and, while in use, a timer. */
  static final int REPOSITORIES = 1024;

  /** Endings that a session, or a repository, remembers for who asks late. */
  static final int ENDINGS_REMEMBERED = 512;

  /** Holders named in one message: a person reads no more, and shared leases may be many. */
  static final int HOLDERS_SHOWN = 16;

  /** Longest path: what the kernel takes. */
  static final int PATH_BYTES = 4096;

  /** A connection that does not speak HTTP/2 by then is closed. */
  static final Duration HANDSHAKE = Duration.ofSeconds(5);

  static {
    // A request at all its bounds must fit into a message.
    int names = Inside.MAX * (RequestId.LENGTH + 8) + Ticket.MAX_LABEL_BYTES;
    if (Claims.MAX * (Scope.MAX_BYTES + 16) + names + 2 * PATH_BYTES > MESSAGE_BYTES) {
      throw new AssertionError("MESSAGE_BYTES");
    }
  }

  private Limits() {}
}
