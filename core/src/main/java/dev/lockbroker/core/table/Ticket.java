package dev.lockbroker.core.table;

import dev.lockbroker.core.process.ProcessIdentity;
import org.jspecify.annotations.Nullable;

/**
 * A request's place in the repository's one queue; a lease once it has a {@link Hold}. Immutable.
 *
 * @param number its place: smaller came earlier; never reused, never equal to a fencing token
 * @param request the client's name for it
 * @param claims what it wants or has
 * @param client the process that asked
 * @param ttlMillis how long one refresh lasts, 1 ms to {@link #MAX_TTL_MILLIS}
 * @param kind what keeps it once it is held
 * @param sinceNanos when it began to wait, {@code CLOCK_MONOTONIC}
 * @param label what its client calls itself, for people
 * @param inside what its asker held when it asked
 * @param hold token and deadline, or null while it waits
 */
public record Ticket(
    long number,
    RequestId request,
    Claims claims,
    ProcessIdentity client,
    long ttlMillis,
    LeaseKind kind,
    long sinceNanos,
    String label,
    Inside inside,
    @Nullable Hold hold) {

  /** Longest ttl: a deadline further away than this in a journal is taken for a hostile one. */
  public static final long MAX_TTL_MILLIS = 3_600_000;

  /** Longest label in UTF-8 bytes: a line on a terminal, and a bound for the journal. */
  public static final int MAX_LABEL_BYTES = 256;

  /**
   * A granted ticket's rights.
   *
   * @param token the fencing token: rises with every grant in the repository
   * @param untilNanos the absolute instant, {@code CLOCK_MONOTONIC}, up to which the holder may
   *     believe
   * @param sinceNanos when it was granted
   */
  public record Hold(long token, long untilNanos, long sinceNanos) {}

  /**
   * Checks ttl and label.
   *
   * @throws IllegalArgumentException saying which one is out of range
   */
  public Ticket {
    checkTtl(ttlMillis);
    checkLabel(label);
  }

  /**
   * Checks a ttl.
   *
   * @throws IllegalArgumentException if it is not 1 ms to {@link #MAX_TTL_MILLIS}
   */
  public static void checkTtl(long ttlMillis) {
    if (ttlMillis < 1 || ttlMillis > MAX_TTL_MILLIS) {
      throw new IllegalArgumentException("a ttl is 1 ms to 1 h, not " + ttlMillis + " ms");
    }
  }

  /**
   * Checks a label.
   *
   * @throws IllegalArgumentException if it is longer than {@link #MAX_LABEL_BYTES}, or holds half
   *     of a surrogate pair
   */
  public static void checkLabel(String label) {
    int length = label.length();
    if (!Text.isWellFormed(label)) {
      throw new IllegalArgumentException("a label is well-formed Unicode");
    }
    if (Text.utf8Length(label) > MAX_LABEL_BYTES) {
      throw new IllegalArgumentException(
          "a label is at most "
              + MAX_LABEL_BYTES
              + " bytes long (this one has "
              + length
              + " characters)");
    }
  }

  /** Whether it has been granted. */
  public boolean isHeld() {
    return hold != null;
  }

  /**
   * Whether a lease's time is over: its deadline has passed, or lies further ahead than any ttl,
   * which only a hostile journal says.
   */
  public boolean isLapsed(long nowNanos) {
    long leftNanos = requireHold().untilNanos() - nowNanos;
    return leftNanos <= 0 || leftNanos > MAX_TTL_MILLIS * 1_000_000;
  }

  /** One ttl in nanoseconds. */
  public long ttlNanos() {
    return ttlMillis * 1_000_000;
  }

  /** Whether the two cannot be held together. */
  public boolean conflictsWith(Ticket other) {
    return claims.conflictWith(other.claims);
  }

  /** As it joins the queue. */
  public static Ticket of(Entry.Waits entry) {
    return new Ticket(
        entry.ticket(),
        entry.request(),
        entry.claims(),
        entry.client(),
        entry.ttlMillis(),
        entry.kind(),
        entry.sinceNanos(),
        entry.label(),
        entry.inside(),
        null);
  }

  /** The same, held like that. */
  public Ticket with(Hold newHold) {
    return new Ticket(
        number, request, claims, client, ttlMillis, kind, sinceNanos, label, inside, newHold);
  }

  Ticket refreshed(long untilNanos) {
    Hold now = requireHold();
    return with(new Hold(now.token, untilNanos, now.sinceNanos));
  }

  /**
   * The hold of a held ticket.
   *
   * @throws IllegalStateException if it still waits
   */
  public Hold requireHold() {
    if (hold == null) {
      throw new IllegalStateException("ticket " + number + " is not held");
    }
    return hold;
  }
}
